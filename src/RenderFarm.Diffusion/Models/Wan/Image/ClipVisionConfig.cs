using RenderFarm.Errors;

namespace RenderFarm.Diffusion.Models.Wan.Image;

/// <summary>The sizes of a CLIP image encoder (arXiv 2103.00020).</summary>
/// <param name="Width">Channels of a token.</param>
/// <param name="FeedForwardWidth">Channels between the feed-forward layers.</param>
/// <param name="Layers">Blocks of the checkpoint.</param>
/// <param name="Heads">Heads of attention; they divide <paramref name="Width"/>.</param>
/// <param name="ImageSize">Pixels of the square that it reads, a multiple of <paramref name="PatchSize"/>.</param>
/// <param name="PatchSize">Pixels of a token's square.</param>
/// <param name="QuickGelu">Whether the feed-forward's activation is x * sigmoid(1.702 x) instead of the exact GELU.</param>
/// <param name="Epsilon">Of the norms.</param>
public sealed record ClipVisionConfig(
    int Width, int FeedForwardWidth, int Layers, int Heads, int ImageSize, int PatchSize, bool QuickGelu, double Epsilon)
{
    /// <summary>Rows that the encoder gives: the class token and one for each patch.</summary>
    public int Tokens => 1 + (ImageSize / PatchSize * (ImageSize / PatchSize));

    /// <summary>Reads <c>image_encoder/config.json</c>.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/>, naming the file, the field and what is allowed.</exception>
    public static ClipVisionConfig Read(string path)
    {
        ConfigFields config = ConfigFields.Read(path);
        config.Require("model_type", "clip_vision_model");
        config.Integer("num_channels", 3, 3, 3);
        ClipVisionConfig read = new(
            config.Count("hidden_size"),
            config.Count("intermediate_size"),
            config.Count("num_hidden_layers"),
            config.Count("num_attention_heads"),
            config.Count("image_size"),
            config.Count("patch_size"),
            config.Word("hidden_act", "quick_gelu", "gelu", "quick_gelu") == "quick_gelu",
            config.Number("layer_norm_eps", 1e-12, 0.1, 1e-5));
        config.Check("num_attention_heads", read.Width % read.Heads == 0, $"a divisor of hidden_size {read.Width}");
        config.Check("image_size", read.ImageSize % read.PatchSize == 0, $"a multiple of patch_size {read.PatchSize}");
        return read;
    }
}
