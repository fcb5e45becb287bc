using RenderFarm.Diffusion.Weights;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Text;

/// <summary>One block of UMT5: self-attention with its own table of relative positions, then a gated feed-forward.</summary>
internal sealed class Umt5Block
{
    private readonly Umt5Config config;
    private readonly Tensor norm1;
    private readonly Tensor query;
    private readonly Tensor key;
    private readonly Tensor value;
    private readonly Tensor attentionOut;
    private readonly Tensor positions;
    private readonly Tensor norm2;
    private readonly Tensor gate;
    private readonly Tensor widen;
    private readonly Tensor narrow;

    public Umt5Block(Umt5Config config, WeightSet weights, int index)
    {
        this.config = config;
        long width = config.Width, inner = (long)config.Heads * config.HeadWidth, wide = config.FeedForwardWidth;
        string attention = $"encoder.block.{index}.layer.0.", feedForward = $"encoder.block.{index}.layer.1.";
        norm1 = weights.TakeFloat(attention + "layer_norm.weight", width);
        query = weights.Take(attention + "SelfAttention.q.weight", inner, width);
        key = weights.Take(attention + "SelfAttention.k.weight", inner, width);
        value = weights.Take(attention + "SelfAttention.v.weight", inner, width);
        attentionOut = weights.Take(attention + "SelfAttention.o.weight", width, inner);
        positions = weights.TakeFloat(attention + "SelfAttention.relative_attention_bias.weight", config.Buckets, config.Heads);
        norm2 = weights.TakeFloat(feedForward + "layer_norm.weight", width);
        gate = weights.Take(feedForward + "DenseReluDense.wi_0.weight", wide, width);
        widen = weights.Take(feedForward + "DenseReluDense.wi_1.weight", wide, width);
        narrow = weights.Take(feedForward + "DenseReluDense.wo.weight", width, wide);
    }

    /// <summary>What attention scores get from relative positions, float32 [1, heads, L, L].</summary>
    /// <param name="buckets">Of all pairs of positions, int64 [L * L].</param>
    /// <param name="length">L.</param>
    public Tensor Bias(Tensor buckets, long length) =>
        positions.index_select(0, buckets).view(length, length, config.Heads).permute(2, 0, 1).unsqueeze(0);

    /// <summary>The attention's half of the block: maps float32 [B, L, D] to the same.</summary>
    /// <param name="hidden">The residual stream.</param>
    /// <param name="bias">Of <see cref="Bias"/>.</param>
    /// <param name="mask">0 at tokens and the most negative number at padding, float32 [B, 1, 1, L].</param>
    public Tensor Attend(Tensor hidden, Tensor bias, Tensor mask)
    {
        Tensor normed = Umt5Encoder.RootMeanSquare(hidden, norm1, config.Epsilon).to_type(query.dtype);
        // Scores in 32 bits: they are not scaled by the head's width, and so large that bfloat16 would round them by whole tenths.
        Tensor scores = Heads(normed, query).matmul(Heads(normed, key).transpose(2, 3)) + (bias + mask);
        Tensor attended = scores.softmax(-1).matmul(Heads(normed, value)).transpose(1, 2).flatten(2).to_type(query.dtype);
        return hidden + nn.functional.linear(attended, attentionOut).to_type(ScalarType.Float32);
    }

    /// <summary>The feed-forward half of the block: maps float32 [B, L, D] to the same.</summary>
    public Tensor FeedForward(Tensor hidden)
    {
        Tensor normed = Umt5Encoder.RootMeanSquare(hidden, norm2, config.Epsilon).to_type(gate.dtype);
        Tensor inner = nn.functional.gelu(nn.functional.linear(normed, gate), TorchSharp.Modules.GELU.Approximate.tanh) * nn.functional.linear(normed, widen);
        return hidden + nn.functional.linear(inner, narrow).to_type(ScalarType.Float32);
    }

    private Tensor Heads(Tensor normed, Tensor projection)
    {
        long batch = normed.shape[0], length = normed.shape[1];
        return nn.functional.linear(normed, projection).to_type(ScalarType.Float32).view(batch, length, config.Heads, config.HeadWidth).transpose(1, 2);
    }
}
