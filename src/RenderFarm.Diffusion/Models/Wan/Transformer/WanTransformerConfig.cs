using RenderFarm.Errors;

namespace RenderFarm.Diffusion.Models.Wan.Transformer;

/// <summary>
/// The architecture of a Wan transformer, as the <c>config.json</c> of a Diffusers <c>WanTransformer3DModel</c> has it. Keys that are not
/// named here are ignored; those that a published text-to-video configuration may lack have the defaults of Wan 2.1.
/// </summary>
public sealed record WanTransformerConfig
{
    private const int MostWidth = 1 << 16;

    /// <summary><c>num_layers</c>.</summary>
    public required int Layers { get; init; }

    /// <summary><c>num_attention_heads</c>.</summary>
    public required int Heads { get; init; }

    /// <summary><c>attention_head_dim</c>; even.</summary>
    public required int HeadWidth { get; init; }

    /// <summary><c>ffn_dim</c>: the feed-forward layer's inner width.</summary>
    public required int FeedForwardWidth { get; init; }

    /// <summary><c>in_channels</c>: of what goes in: latents, and for image-to-video a mask and the condition's latents after them.</summary>
    public required int InChannels { get; init; }

    /// <summary><c>out_channels</c>: of the velocity.</summary>
    public required int OutChannels { get; init; }

    /// <summary><c>text_dim</c>: channels of the text encoder's rows.</summary>
    public required int TextWidth { get; init; }

    /// <summary><c>freq_dim</c>: sinusoids of a timestep; even.</summary>
    public int TimeFeatures { get; init; } = 256;

    /// <summary><c>image_dim</c>: channels of the image encoder's rows; null for a model that takes none.</summary>
    public int? ImageWidth { get; init; }

    /// <summary><c>cross_attn_norm</c>: whether the tokens are normed before they attend to the text.</summary>
    public bool CrossNorm { get; init; } = true;

    /// <summary><c>eps</c> of all norms but the image embedder's.</summary>
    public double Epsilon { get; init; } = 1e-6;

    /// <summary><c>patch_size</c>: latent frames, rows and columns of one token.</summary>
    public (int Time, int Height, int Width) Patch { get; init; } = (1, 2, 2);

    /// <summary>Channels of a token.</summary>
    public int Width => Heads * HeadWidth;

    /// <summary>Latent cells of a token.</summary>
    public int PatchVolume => Patch.Time * Patch.Height * Patch.Width;

    /// <summary>Reads and checks a transformer's <c>config.json</c>.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/>, naming the file, the field, its value and what is allowed.</exception>
    public static WanTransformerConfig Read(string path)
    {
        ConfigFields fields = ConfigFields.Read(path);
        fields.Require("_class_name", "WanTransformer3DModel");
        fields.Require("qk_norm", "rms_norm_across_heads");
        fields.Check("pos_embed_seq_len", !fields.Has("pos_embed_seq_len"), "null: models of a first and a last image are not known here");
        int heads = (int)fields.Integer("num_attention_heads", 1, 1024), headWidth = Even("attention_head_dim", 1024);
        int? imageWidth = Optional("image_dim"), addedWidth = Optional("added_kv_proj_dim"), expected = imageWidth is null ? null : heads * headWidth;
        fields.Check("added_kv_proj_dim", addedWidth == expected, expected is null ? "null, as image_dim is" : $"{expected}, as many as the heads have together");
        long[] patch = fields.Has("patch_size") ? [.. fields.Integers("patch_size", 1, 16)] : [1, 2, 2];
        fields.Check("patch_size", patch.Length == 3, "three numbers from 1 to 16");
        return new WanTransformerConfig
        {
            Layers = (int)fields.Integer("num_layers", 1, 1024),
            Heads = heads,
            HeadWidth = headWidth,
            FeedForwardWidth = (int)fields.Integer("ffn_dim", 1, 4 * MostWidth),
            InChannels = (int)fields.Integer("in_channels", 1, 4096),
            OutChannels = (int)fields.Integer("out_channels", 1, 4096),
            TextWidth = (int)fields.Integer("text_dim", 1, MostWidth),
            TimeFeatures = Even("freq_dim", MostWidth, 256),
            ImageWidth = imageWidth,
            CrossNorm = fields.Flag("cross_attn_norm", missing: true),
            Epsilon = fields.Number("eps", 1e-12, 0.1, 1e-6),
            Patch = ((int)patch[0], (int)patch[1], (int)patch[2]),
        };

        int? Optional(string key) => fields.Has(key) ? (int)fields.Integer(key, 1, MostWidth) : null;

        int Even(string key, int most, int? missing = null)
        {
            long value = fields.Integer(key, 2, most, missing);
            fields.Check(key, value % 2 == 0, $"an even number from 2 to {most}");
            return (int)value;
        }
    }

    /// <summary>Floating-point operations of one block over so many tokens that attend to each other and to 512 rows of text.</summary>
    public double BlockFlops(double tokens)
    {
        const int textRows = 512;
        double projections = (12 * tokens * Width * Width) + (4.0 * textRows * Width * Width);
        double attention = 4 * tokens * Width * (tokens + textRows);
        return projections + attention + (4 * tokens * Width * FeedForwardWidth);
    }

    /// <summary>Those of one pass over latents [1, C, T, h, w]; what is not in the blocks does not count.</summary>
    public double ForwardFlops(long time, long height, long width) => Layers * BlockFlops((double)time * height * width / PatchVolume);
}
