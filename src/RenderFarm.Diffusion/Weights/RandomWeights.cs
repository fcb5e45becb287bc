using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Weights;

/// <summary>Makes weights up: for architectures whose checkpoint is not at hand, to measure them or to list their tensors.</summary>
/// <param name="deviation">Standard deviation of the normal numbers; small ones keep a deep network's values finite.</param>
public sealed class RandomWeights(double deviation = 0.02) : IWeightReader
{
    /// <summary>Numbers are drawn in 32 bits, which libtorch does many times as fast as in 16; this many at once, which one core does.</summary>
    private const long Part = 1 << 14;

    public bool Contains(string name) => true;

    public Tensor Read(string name, IReadOnlyList<long> shape, Device device, ScalarType type)
    {
        using IDisposable gradients = no_grad();
        using IDisposable scope = NewDisposeScope();
        Tensor tensor = empty([.. shape], type, device);
        if (device.type != TorchSharp.DeviceType.META)
        {
            Tensor flat = tensor.view(-1);
            for (long start = 0; start < flat.numel(); start += Part)
            {
                using IDisposable part = NewDisposeScope();
                long count = Math.Min(Part, flat.numel() - start);
                flat.narrow(0, start, count).copy_(empty([count], ScalarType.Float32, device).normal_(0, deviation));
            }
        }

        return tensor.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
    }
}
