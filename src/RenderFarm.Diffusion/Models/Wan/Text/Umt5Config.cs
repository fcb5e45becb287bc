using RenderFarm.Errors;

namespace RenderFarm.Diffusion.Models.Wan.Text;

/// <summary>The sizes of a UMT5 encoder (arXiv 2304.09151).</summary>
/// <param name="VocabularySize">Rows of the embedding.</param>
/// <param name="Width">Channels of a token.</param>
/// <param name="HeadWidth">Channels of a head; times <paramref name="Heads"/> it need not be <paramref name="Width"/>.</param>
/// <param name="FeedForwardWidth">Channels between the feed-forward layers.</param>
/// <param name="Layers">Blocks.</param>
/// <param name="Heads">Heads of attention.</param>
/// <param name="Buckets">Rows of a block's table of relative positions; a multiple of 4.</param>
/// <param name="MaxDistance">From here on all distances share a bucket.</param>
/// <param name="Epsilon">Of the norms.</param>
public sealed record Umt5Config(
    int VocabularySize, int Width, int HeadWidth, int FeedForwardWidth, int Layers, int Heads, int Buckets, int MaxDistance, double Epsilon)
{
    /// <summary>Reads <c>text_encoder/config.json</c>.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/>, naming the file, the field and what is allowed.</exception>
    public static Umt5Config Read(string path)
    {
        ConfigFields config = ConfigFields.Read(path);
        // T5 itself has one table of positions for all blocks and would load as something else.
        config.Require("model_type", "umt5");
        config.Require("feed_forward_proj", "gated-gelu");
        config.Require("dense_act_fn", "gelu_new");
        Umt5Config read = new(
            config.Count("vocab_size"),
            config.Count("d_model"),
            config.Count("d_kv"),
            config.Count("d_ff"),
            config.Count("num_layers"),
            config.Count("num_heads"),
            config.Count("relative_attention_num_buckets", 32),
            config.Count("relative_attention_max_distance", 128),
            config.Number("layer_norm_epsilon", 1e-12, 0.1, 1e-6));
        config.Check("relative_attention_num_buckets", read.Buckets % 4 == 0, "a multiple of 4");
        config.Check("relative_attention_max_distance", read.MaxDistance > read.Buckets / 4, $"more than {read.Buckets / 4}");
        return read;
    }
}
