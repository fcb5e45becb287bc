using RenderFarm.Diffusion.Weights;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Vae;

/// <summary>x / max(|x|, 1e-12) * sqrt(C) * gamma over the channels of each position, in 32 bits whatever the features are in.</summary>
/// <param name="dimensions">That the checkpoint counts beside the channels: 3, or 2 within the attention.</param>
internal sealed class ChannelNorm(WeightSet weights, string name, long channels, int dimensions = 3)
{
    private readonly Tensor _gamma = weights.TakeFloat($"{name}.gamma", [channels, .. Enumerable.Repeat(1L, dimensions)]);

    /// <summary>From [B, T, H, W, C] to the same, in the same type. Borrows its argument; the result is the caller's.</summary>
    public Tensor Forward(Tensor features)
    {
        using IDisposable scope = NewDisposeScope();
        if (features.dtype == ScalarType.Float32)
        {
            return Normed(features).MoveToOuterDisposeScope();
        }

        // Frame by frame, so that 32 bits of all of them are never there at once.
        Tensor result = empty_like(features);
        for (long i = 0; i < features.shape[1]; i++)
        {
            using IDisposable frameScope = NewDisposeScope();
            result.select(1, i).copy_(Normed(features.select(1, i).to_type(ScalarType.Float32)));
        }

        return result.MoveToOuterDisposeScope();
    }

    private Tensor Normed(Tensor features)
    {
        Tensor gain = linalg.vector_norm(features, 2, [-1], keepdim: true).clamp_min_(1e-12).reciprocal_().mul_(Math.Sqrt(channels));
        return (features * gain).mul_(_gamma.flatten());
    }
}
