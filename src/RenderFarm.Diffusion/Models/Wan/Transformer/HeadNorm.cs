using RenderFarm.Diffusion.Weights;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Transformer;

/// <summary>Root mean square norm (arXiv 1910.07467) of queries or keys over the whole width, all heads at once, in 32 bits.</summary>
internal sealed class HeadNorm(WanTransformerConfig config, WeightSet weights, string name)
{
    private readonly Tensor _weight = weights.TakeFloat($"{name}.weight", config.Width);

    /// <summary>Projected rows [B, L, D], used up, as normed heads [B, L, H, d] of their type.</summary>
    public Tensor Forward(Tensor rows)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor single = rows.to_type(ScalarType.Float32);
        Tensor factor = Factor(single);
        return single.mul_(_weight).mul_(factor).to_type(rows.dtype).unflatten(2, [config.Heads, config.HeadWidth]).MoveToOuterDisposeScope();
    }

    /// <summary>The same, and each head turned by a <see cref="RotaryTable"/>.</summary>
    /// <param name="rows">Projected rows [B, L, D], used up.</param>
    /// <param name="rotation">The table, [1, L, 1, d / 2].</param>
    /// <param name="traceNormed">Told the normed rows before they are turned.</param>
    public Tensor Forward(Tensor rows, Tensor rotation, Action<Tensor>? traceNormed)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor single = rows.to_type(ScalarType.Float32);
        Tensor factor = Factor(single);
        single.mul_(_weight);
        traceNormed?.Invoke(single * factor);

        // The factor is one number a row, so it rides on the rotation, which is the same for all heads: the heads are passed over once.
        single.unflatten(2, [config.Heads, config.HeadWidth / 2, 2]).view_as_complex().mul_(rotation * factor.unsqueeze(-1));
        return single.to_type(rows.dtype).unflatten(2, [config.Heads, config.HeadWidth]).MoveToOuterDisposeScope();
    }

    /// <summary>1 / sqrt(mean of squares + epsilon), [B, L, 1].</summary>
    private Tensor Factor(Tensor rows) =>
        linalg.vector_norm(rows, 2, [-1], keepdim: true).square().div_(config.Width).add_(config.Epsilon).rsqrt_();
}
