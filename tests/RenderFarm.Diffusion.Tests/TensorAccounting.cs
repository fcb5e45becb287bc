using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tests;

/// <summary>Counts the tensors alive in the process; tests that count run alone.</summary>
[CollectionDefinition(nameof(TensorAccounting), DisableParallelization = true)]
public static class TensorAccounting
{
    /// <summary>Lets finalizers finish what other tests left, so that it does not change the count later.</summary>
    public static void Settle()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    /// <summary>Tensors created and not yet disposed, whether a dispose scope knew them or not.</summary>
    public static long Live() => Tensor.TotalCount;
}
