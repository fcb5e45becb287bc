using System.Globalization;
using RenderFarm.Diffusion.Weights;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Vae;

/// <summary>From latents up to pixel patches.</summary>
internal sealed class DecoderNetwork
{
    private readonly PointwiseConv _quantised;
    private readonly CausalConv _convIn;
    private readonly MiddleBlock _middle;
    private readonly UpBlock[] _levels;
    private readonly ChannelNorm _normOut;
    private readonly CausalConv _convOut;

    public DecoderNetwork(WanVaeConfig config, WeightSet weights)
    {
        int levels = config.Multiples.Count;
        long deep = config.DecoderChannels * config.Multiples[^1], fine = config.DecoderChannels * config.Multiples[0];
        _quantised = new PointwiseConv(weights, "post_quant_conv", config.LatentChannels, config.LatentChannels);
        _convIn = new CausalConv(weights, "decoder.conv_in", config.LatentChannels, deep);
        _middle = new MiddleBlock(weights, "decoder.mid_block", deep);
        _levels = [.. Levels(config, weights)];
        _normOut = new ChannelNorm(weights, "decoder.norm_out", fine);
        _convOut = new CausalConv(weights, "decoder.conv_out", fine, config.PatchChannels);
        Cached =
        [
            .. weights.Tensors
                .Where(pair => pair.Key.StartsWith("decoder.", StringComparison.Ordinal) && pair.Value.shape is [_, _, CausalConv.Kernel, _, _])
                .Select(pair => Layer(pair.Key[..pair.Key.LastIndexOf('.')], pair.Value.shape, levels)),
        ];
    }

    /// <summary>What a stream's cache holds.</summary>
    public IReadOnlyList<CachedLayer> Cached { get; }

    /// <summary>
    /// A stream's next latent frame [B, 1, h, w, z] in the compute type to frames as patches, [B, T, H, W,
    /// <see cref="WanVaeConfig.PatchChannels"/>]: one frame first, then as many as the temporal stride. Takes its argument; the result is the
    /// caller's.
    /// </summary>
    public Tensor Forward(Tensor latent, FeatureCache cache)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor features = _convIn.Forward(_quantised.Forward(latent), cache);
        latent.Dispose();
        cache.Show("conv_in", features);
        features = _middle.Forward(features, cache);
        cache.Show("mid_block", features);
        for (int i = 0; i < _levels.Length; i++)
        {
            features = _levels[i].Forward(features, cache);
            cache.Show($"up_blocks.{i}", features);
        }

        Tensor normed = _normOut.Forward(features);
        features.Dispose();
        cache.Show("norm_out", normed);
        Tensor patches = _convOut.Forward(normed.silu_(), cache);
        cache.Show("conv_out", patches);
        return patches.MoveToOuterDisposeScope();
    }

    private static IEnumerable<UpBlock> Levels(WanVaeConfig config, WeightSet weights)
    {
        long inputs = config.DecoderChannels * config.Multiples[^1];
        for (int level = 0; level < config.Multiples.Count; level++)
        {
            // From the deepest level up; the step that leads up from it undoes the encoder's step down to it.
            int depth = config.Multiples.Count - 1 - level;
            string name = $"decoder.up_blocks.{level}";
            long outputs = config.DecoderChannels * config.Multiples[depth];
            bool last = depth == 0, doublesTime = !last && config.HalvesTime[depth - 1];
            Upsampler? upsampler = (last, config.Residual) switch
            {
                (true, _) => null,
                (_, true) => new Upsampler(weights, $"{name}.upsampler", outputs, outputs, doublesTime),
                _ => new Upsampler(weights, $"{name}.upsamplers.0", outputs, outputs / 2, doublesTime),
            };
            RepeatUp? shortcut = last || !config.Residual ? null : new RepeatUp(outputs, doublesTime ? 2 : 1, 2);
            yield return new UpBlock(weights, name, inputs, outputs, config.ResidualBlocks + 1, upsampler, shortcut);

            // Wan 2.1 halves the channels on the way up.
            inputs = config.Residual ? outputs : outputs / 2;
        }
    }

    private static CachedLayer Layer(string name, long[] weight, int levels)
    {
        int level = name.Split('.') switch
        {
            [_, "up_blocks", string index, ..] => int.Parse(index, CultureInfo.InvariantCulture),
            [_, "conv_out"] => levels - 1,
            _ => 0,
        };

        // A kernel of one pixel is a temporal upsampling's.
        return new CachedLayer(name, weight[1], 1L << level, FromSecond: weight[4] == 1);
    }
}
