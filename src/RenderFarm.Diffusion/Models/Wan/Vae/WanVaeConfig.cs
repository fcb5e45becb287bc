using RenderFarm.Errors;

namespace RenderFarm.Diffusion.Models.Wan.Vae;

/// <summary>
/// The architecture of a Wan VAE, as the <c>config.json</c> of a Diffusers <c>AutoencoderKLWan</c> has it. Keys that are not named here are
/// ignored; those that only Wan 2.2 needs may be missing.
/// </summary>
public sealed record WanVaeConfig
{
    /// <summary><c>base_dim</c>: the encoder's channels at full resolution.</summary>
    public required long EncoderChannels { get; init; }

    /// <summary><c>decoder_base_dim</c>: the decoder's; the encoder's where the key is missing.</summary>
    public required long DecoderChannels { get; init; }

    /// <summary><c>z_dim</c>: channels of a latent frame.</summary>
    public required long LatentChannels { get; init; }

    /// <summary><c>dim_mult</c>: the channels of each level as multiples of the base, full resolution first.</summary>
    public required IReadOnlyList<long> Multiples { get; init; }

    /// <summary><c>num_res_blocks</c>: residual blocks of an encoder level; a decoder level has one more.</summary>
    public required long ResidualBlocks { get; init; }

    /// <summary><c>temperal_downsample</c> (so spelt): whether the step from a level to the next halves time too; one fewer than levels.</summary>
    public required IReadOnlyList<bool> HalvesTime { get; init; }

    /// <summary><c>latents_mean</c>: what the sampler's latents lack, by channel.</summary>
    public required IReadOnlyList<float> LatentsMean { get; init; }

    /// <summary><c>latents_std</c>: what the sampler's latents are divided by, by channel.</summary>
    public required IReadOnlyList<float> LatentsDeviation { get; init; }

    /// <summary><c>is_residual</c>: whether levels have shortcuts around them (Wan 2.2).</summary>
    public bool Residual { get; init; }

    /// <summary><c>patch_size</c>: the side of the pixel patches that the network sees as channels; 1 for plain pixels.</summary>
    public long Patch { get; init; } = 1;

    /// <summary>Frames a latent frame, but for a stream's first.</summary>
    public int TemporalStride => 1 << HalvesTime.Count(halves => halves);

    /// <summary>Pixels a latent cell, both ways.</summary>
    public int SpatialStride => (int)Patch << (Multiples.Count - 1);

    /// <summary>Channels of what the network reads and writes: a patch of colours.</summary>
    internal long PatchChannels => 3 * Patch * Patch;

    /// <summary>Reads and checks a VAE's <c>config.json</c>.</summary>
    /// <exception cref="RenderFarmException">
    /// <see cref="ErrorCodes.InvalidModel"/>, naming the file, the key, its value and what is allowed.
    /// </exception>
    public static WanVaeConfig Read(string path)
    {
        ConfigFields fields = ConfigFields.Read(path);
        fields.Require("_class_name", "AutoencoderKLWan");
        long channels = fields.Integer("base_dim", 1, 4096), latentChannels = fields.Integer("z_dim", 1, 1024);
        IReadOnlyList<long> multiples = fields.Integers("dim_mult", 1, 64);
        fields.Check("dim_mult", multiples.Count is >= 1 and <= 8, "1 to 8 numbers");
        fields.Check("attn_scales", !fields.Has("attn_scales") || fields.Numbers("attn_scales").Count == 0, "empty");
        var config = new WanVaeConfig
        {
            EncoderChannels = channels,
            DecoderChannels = fields.Integer("decoder_base_dim", 1, 4096, channels),
            LatentChannels = latentChannels,
            Multiples = multiples,
            ResidualBlocks = fields.Integer("num_res_blocks", 1, 64),
            HalvesTime = fields.Flags("temperal_downsample"),
            LatentsMean = fields.Numbers("latents_mean"),
            LatentsDeviation = fields.Numbers("latents_std"),
            Residual = fields.Flag("is_residual", false),
            Patch = fields.Integer("patch_size", 1, 16, 1),
        };
        fields.Check("temperal_downsample", config.HalvesTime.Count == multiples.Count - 1, "one fewer than dim_mult");
        fields.Check("latents_mean", config.LatentsMean.Count == latentChannels, $"z_dim {latentChannels} numbers");
        bool deviationsFit = config.LatentsDeviation.Count == latentChannels && config.LatentsDeviation.All(value => value > 0);
        fields.Check("latents_std", deviationsFit, $"z_dim {latentChannels} numbers above 0");
        fields.Integer("in_channels", config.PatchChannels, config.PatchChannels, 3);
        fields.Integer("out_channels", config.PatchChannels, config.PatchChannels, 3);
        fields.Integer("scale_factor_temporal", config.TemporalStride, config.TemporalStride, config.TemporalStride);
        fields.Integer("scale_factor_spatial", config.SpatialStride, config.SpatialStride, config.SpatialStride);
        fields.Check("dim_mult", !config.Residual || config.ShortcutsFit(), "such that each level's shortcut maps whole groups of channels");
        return config;
    }

    /// <summary>Whether the levels' shortcuts, which only regroup channels, lead from their inputs to their outputs, down and up.</summary>
    private bool ShortcutsFit()
    {
        for (int level = 0; level < Multiples.Count; level++)
        {
            bool last = level == Multiples.Count - 1;
            long shallower = level == 0 ? 1 : Multiples[level - 1], deeper = Multiples[last ? level : level + 1];
            long down = last ? 1 : HalvesTime[level] ? 8 : 4, up = level == 0 ? deeper : HalvesTime[level - 1] ? 8 : 4;
            if (shallower * down % Multiples[level] != 0 || Multiples[level] * up % deeper != 0)
            {
                return false;
            }
        }

        return true;
    }
}
