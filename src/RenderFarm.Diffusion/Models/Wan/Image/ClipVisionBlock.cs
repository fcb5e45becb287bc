using RenderFarm.Diffusion.Weights;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Image;

/// <summary>One block of the image encoder: self-attention and a feed-forward, each after its layer norm.</summary>
internal sealed class ClipVisionBlock
{
    private readonly ClipVisionConfig config;
    private readonly (Tensor Weight, Tensor Bias) norm1;
    private readonly (Tensor Weight, Tensor Bias) query;
    private readonly (Tensor Weight, Tensor Bias) key;
    private readonly (Tensor Weight, Tensor Bias) value;
    private readonly (Tensor Weight, Tensor Bias) attentionOut;
    private readonly (Tensor Weight, Tensor Bias) norm2;
    private readonly (Tensor Weight, Tensor Bias) widen;
    private readonly (Tensor Weight, Tensor Bias) narrow;

    public ClipVisionBlock(ClipVisionConfig config, WeightSet weights, int index)
    {
        this.config = config;
        string name = $"vision_model.encoder.layers.{index}.";
        long width = config.Width, wide = config.FeedForwardWidth;
        norm1 = ClipVisionEncoder.TakeNorm(weights, name + "layer_norm1", width);
        query = TakeLinear(name + "self_attn.q_proj", width, width);
        key = TakeLinear(name + "self_attn.k_proj", width, width);
        value = TakeLinear(name + "self_attn.v_proj", width, width);
        attentionOut = TakeLinear(name + "self_attn.out_proj", width, width);
        norm2 = ClipVisionEncoder.TakeNorm(weights, name + "layer_norm2", width);
        widen = TakeLinear(name + "mlp.fc1", width, wide);
        narrow = TakeLinear(name + "mlp.fc2", wide, width);

        (Tensor, Tensor) TakeLinear(string linear, long inputs, long outputs) =>
            (weights.Take(linear + ".weight", outputs, inputs), weights.Take(linear + ".bias", outputs));
    }

    /// <summary>Maps float32 [1, N, D] to the same.</summary>
    public Tensor Forward(Tensor hidden)
    {
        Tensor normed = Norm(hidden, norm1);
        Tensor attended = nn.functional.scaled_dot_product_attention(Heads(normed, query), Heads(normed, key), Heads(normed, value));
        hidden = hidden + Linear(attended.transpose(1, 2).flatten(2), attentionOut).to_type(ScalarType.Float32);
        Tensor inner = Linear(Norm(hidden, norm2), widen);
        inner = config.QuickGelu ? inner * (inner * 1.702).sigmoid() : nn.functional.gelu(inner);
        return hidden + Linear(inner, narrow).to_type(ScalarType.Float32);
    }

    private static Tensor Linear(Tensor input, (Tensor Weight, Tensor Bias) layer) => nn.functional.linear(input, layer.Weight, layer.Bias);

    private Tensor Norm(Tensor hidden, (Tensor Weight, Tensor Bias) norm) =>
        nn.functional.layer_norm(hidden, [config.Width], norm.Weight, norm.Bias, config.Epsilon).to_type(query.Weight.dtype);

    private Tensor Heads(Tensor normed, (Tensor Weight, Tensor Bias) layer) =>
        Linear(normed, layer).view(normed.shape[0], normed.shape[1], config.Heads, -1).transpose(1, 2);
}
