using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Pocket;

/// <summary>A causal convolution over three latent frames at each position, beside a shortcut.</summary>
internal sealed class TemporalMix : nn.Module
{
    private readonly PocketNorm norm;
    private readonly PocketLinear mix;

    public TemporalMix(int channels, ScalarType compute)
        : base(nameof(TemporalMix))
    {
        norm = new PocketNorm(channels, compute);
        mix = new PocketLinear(3 * channels, channels, compute, gain: 0.3);
        RegisterComponents();
    }

    /// <summary>
    /// Mixes [B * T, H, W, C] (T latent frames of a stream). <paramref name="past"/> holds the normed features of the two latent
    /// frames before, [B, 2, H, W, C], or null at a stream's beginning (zeros); it is replaced by those of the last two.
    /// </summary>
    public Tensor Forward(Tensor input, long batch, ref Tensor? past)
    {
        long time = input.shape[0] / batch, height = input.shape[1], width = input.shape[2], channels = input.shape[3];
        Tensor normed = norm.forward(input).view(batch, time, height, width, channels);
        Tensor before = past ?? zeros([batch, 2, height, width, channels], normed.dtype, normed.device);
        Tensor stream = cat([before, normed], 1);
        past = stream.slice(1, time, time + 2, 1);
        Tensor taps = cat([stream.slice(1, 0, time, 1), stream.slice(1, 1, time + 1, 1), normed], -1);
        return input + mix.forward(taps.view(batch * time, height, width, 3 * channels));
    }
}
