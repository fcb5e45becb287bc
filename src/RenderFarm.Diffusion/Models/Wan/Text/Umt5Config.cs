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
        TransformersConfig config = TransformersConfig.Read(path);
        // T5 itself has one table of positions for all blocks and would load as something else.
        config.Word("model_type", "umt5", "umt5");
        config.Word("feed_forward_proj", "gated-gelu", "gated-gelu");
        config.Word("dense_act_fn", "gelu_new", "gelu_new");
        Umt5Config read = new(
            config.Count("vocab_size"),
            config.Count("d_model"),
            config.Count("d_kv"),
            config.Count("d_ff"),
            config.Count("num_layers"),
            config.Count("num_heads"),
            config.Count("relative_attention_num_buckets", 32),
            config.Count("relative_attention_max_distance", 128),
            config.Fraction("layer_norm_epsilon", 1e-6));
        if (read.Buckets % 4 != 0)
        {
            throw config.Invalid("relative_attention_num_buckets", $"is {read.Buckets}; multiples of 4 are allowed");
        }

        return read.MaxDistance > read.Buckets / 4
            ? read
            : throw config.Invalid("relative_attention_max_distance", $"is {read.MaxDistance}; more than {read.Buckets / 4} is allowed");
    }
}
