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
        Tensor result = empty_like(features);
        Write(features, result, activate: false);
        return result;
    }

    /// <summary>The norm and SiLU of [B, T, H, W, C], written to a tensor of the same shape and type. Borrows both.</summary>
    public void Activate(Tensor features, Tensor target) => Write(features, target, activate: true);

    private void Write(Tensor features, Tensor target, bool activate)
    {
        // Frame by frame, so that 32 bits of a whole chunk are never there at once.
        for (long i = 0; i < features.shape[1]; i++)
        {
            using IDisposable scope = NewDisposeScope();
            Tensor frame = features.select(1, i), place = target.select(1, i);
            Tensor values = target.dtype == ScalarType.Float32 ? place.copy_(frame) : frame.to_type(ScalarType.Float32);
            Tensor gain = linalg.vector_norm(values, 2, [-1], keepdim: true).clamp_min_(1e-12).reciprocal_().mul_(Math.Sqrt(channels));
            values.mul_(gain).mul_(_gamma.flatten());
            if (activate)
            {
                values.silu_();
            }

            if (!ReferenceEquals(values, place))
            {
                place.copy_(values);
            }
        }
    }
}
