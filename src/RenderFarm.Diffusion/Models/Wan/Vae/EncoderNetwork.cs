using RenderFarm.Diffusion.Weights;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Vae;

/// <summary>From pixel patches down to the moments of latents.</summary>
internal sealed class EncoderNetwork
{
    private readonly CausalConv _convIn;
    private readonly IChunkLayer[] _levels;
    private readonly MiddleBlock _middle;
    private readonly ChannelNorm _normOut;
    private readonly CausalConv _convOut;
    private readonly PointwiseConv _quantise;

    public EncoderNetwork(WanVaeConfig config, WeightSet weights)
    {
        long deep = config.EncoderChannels * config.Multiples[^1], moments = 2 * config.LatentChannels;
        _convIn = new CausalConv(weights, "encoder.conv_in", config.PatchChannels, config.EncoderChannels);
        _levels = [.. config.Residual ? Levels(config, weights) : FlatLevels(config, weights)];
        _middle = new MiddleBlock(weights, "encoder.mid_block", deep);
        _normOut = new ChannelNorm(weights, "encoder.norm_out", deep);
        _convOut = new CausalConv(weights, "encoder.conv_out", deep, moments);
        _quantise = new PointwiseConv(weights, "quant_conv", moments, moments);
    }

    /// <summary>
    /// A stream's next frames as patches, [B, T, H, W, <see cref="WanVaeConfig.PatchChannels"/>] in the compute type, to a latent frame's
    /// moments [B, 1, h, w, 2z]. Takes its argument; the result is the caller's.
    /// </summary>
    /// <param name="patches">One frame first, then as many at a time as the temporal stride.</param>
    /// <param name="cache">The stream's.</param>
    public Tensor Forward(Tensor patches, FeatureCache cache)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor features = _convIn.Forward(patches, cache);
        cache.Show("conv_in", features);
        for (int i = 0; i < _levels.Length; i++)
        {
            features = _levels[i].Forward(features, cache);
            cache.Show($"down_blocks.{i}", features);
        }

        features = _middle.Forward(features, cache);
        cache.Show("mid_block", features);
        features = _normOut.Forward(features);
        cache.Show("norm_out", features);
        features = _convOut.Forward(features.silu_(), cache);
        cache.Show("conv_out", features);
        return _quantise.Forward(features).MoveToOuterDisposeScope();
    }

    private static IEnumerable<IChunkLayer> Levels(WanVaeConfig config, WeightSet weights)
    {
        long inputs = config.EncoderChannels;
        for (int level = 0; level < config.Multiples.Count; level++)
        {
            long outputs = config.EncoderChannels * config.Multiples[level];
            bool last = level == config.Multiples.Count - 1;
            yield return new DownBlock(
                weights, $"encoder.down_blocks.{level}", inputs, outputs, config.ResidualBlocks, last, !last && config.HalvesTime[level]);
            inputs = outputs;
        }
    }

    /// <summary>Wan 2.1 counts its residual blocks and its steps between levels in one list.</summary>
    private static IEnumerable<IChunkLayer> FlatLevels(WanVaeConfig config, WeightSet weights)
    {
        long inputs = config.EncoderChannels;
        int index = 0;
        for (int level = 0; level < config.Multiples.Count; level++)
        {
            long outputs = config.EncoderChannels * config.Multiples[level];
            for (int block = 0; block < config.ResidualBlocks; block++)
            {
                yield return new ResidualBlock(weights, $"encoder.down_blocks.{index++}", inputs, outputs);
                inputs = outputs;
            }

            if (level < config.Multiples.Count - 1)
            {
                yield return new Downsampler(weights, $"encoder.down_blocks.{index++}", outputs, config.HalvesTime[level]);
            }
        }
    }
}
