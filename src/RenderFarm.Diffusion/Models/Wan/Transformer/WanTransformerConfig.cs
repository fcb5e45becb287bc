using System.Text.Json;
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
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Read(path, document.RootElement)
                : throw new JsonException("it is not an object");
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new RenderFarmException(ErrorCodes.InvalidModel, $"{path} is not a transformer's configuration: {exception.Message}", exception);
        }
    }

    private static WanTransformerConfig Read(string path, JsonElement root)
    {
        Word("_class_name", "WanTransformer3DModel");
        Word("qk_norm", "rms_norm_across_heads");
        if (Find("pos_embed_seq_len") is not null)
        {
            throw Invalid("pos_embed_seq_len", "null: models of a first and a last image are not known here");
        }

        int heads = Integer("num_attention_heads", 1024), headWidth = Even("attention_head_dim", 1024);
        int? imageWidth = Find("image_dim") is null ? null : Integer("image_dim", MostWidth);
        int? addedWidth = Find("added_kv_proj_dim") is null ? null : Integer("added_kv_proj_dim", MostWidth);
        if (addedWidth != (imageWidth is null ? null : heads * headWidth))
        {
            throw Invalid("added_kv_proj_dim", imageWidth is null ? "null, as image_dim is" : $"{heads * headWidth}, as many as the heads have together");
        }

        return new WanTransformerConfig
        {
            Layers = Integer("num_layers", 1024),
            Heads = heads,
            HeadWidth = headWidth,
            FeedForwardWidth = Integer("ffn_dim", 4 * MostWidth),
            InChannels = Integer("in_channels", 4096),
            OutChannels = Integer("out_channels", 4096),
            TextWidth = Integer("text_dim", MostWidth),
            TimeFeatures = Even("freq_dim", MostWidth, 256),
            ImageWidth = imageWidth,
            CrossNorm = Flag("cross_attn_norm", fallback: true),
            Epsilon = Epsilon(),
            Patch = Patch(),
        };

        JsonElement? Find(string field) => root.TryGetProperty(field, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

        int Integer(string field, int most, int? fallback = null) => Find(field) is not { } value
            ? fallback ?? throw Invalid(field, $"1 to {most}")
            : IsInteger(value, most) ? value.GetInt32() : throw Invalid(field, $"1 to {most}");

        int Even(string field, int most, int? fallback = null) => Integer(field, most, fallback) is var value && value % 2 == 0
            ? value
            : throw Invalid(field, $"an even number from 2 to {most}");

        bool Flag(string field, bool fallback) => Find(field)?.ValueKind switch
        {
            null => fallback,
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Invalid(field, "true or false"),
        };

        void Word(string field, string allowed)
        {
            if (Find(field) is { } value && !(value.ValueKind == JsonValueKind.String && value.ValueEquals(allowed)))
            {
                throw Invalid(field, $"\"{allowed}\"");
            }
        }

        double Epsilon() => Find("eps") switch
        {
            null => 1e-6,
            { ValueKind: JsonValueKind.Number } value when value.GetDouble() is > 0 and < 1 => value.GetDouble(),
            _ => throw Invalid("eps", "a number above 0 and below 1"),
        };

        (int Time, int Height, int Width) Patch() => Find("patch_size") switch
        {
            null => (1, 2, 2),
            { ValueKind: JsonValueKind.Array } value when value.GetArrayLength() == 3 && value.EnumerateArray().All(side => IsInteger(side, 16)) =>
                (value[0].GetInt32(), value[1].GetInt32(), value[2].GetInt32()),
            _ => throw Invalid("patch_size", "three numbers from 1 to 16"),
        };

        bool IsInteger(JsonElement value, int most) =>
            value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= 1 && number <= most;

        RenderFarmException Invalid(string field, string allowed) => new(
            ErrorCodes.InvalidModel,
            $"{path}: {field} is {(root.TryGetProperty(field, out JsonElement value) ? value.GetRawText() : "missing")}; allowed: {allowed}");
    }
}
