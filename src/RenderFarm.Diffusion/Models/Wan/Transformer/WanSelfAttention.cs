using RenderFarm.Diffusion.Weights;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Transformer;

/// <summary>Attention of all tokens to all tokens, which know their places by rotary embedding.</summary>
internal sealed class WanSelfAttention(WanTransformerConfig config, WeightSet weights, string name)
{
    private readonly WanLinear _query = new(weights, $"{name}.to_q", config.Width, config.Width);
    private readonly WanLinear _key = new(weights, $"{name}.to_k", config.Width, config.Width);
    private readonly WanLinear _value = new(weights, $"{name}.to_v", config.Width, config.Width);
    private readonly HeadNorm _normQuery = new(config, weights, $"{name}.norm_q");
    private readonly HeadNorm _normKey = new(config, weights, $"{name}.norm_k");
    private readonly WanLinear _out = new(weights, $"{name}.to_out.0", config.Width, config.Width);

    /// <summary>[B, L, D] to the same, given a <see cref="RotaryTable"/>.</summary>
    public Tensor Forward(Tensor tokens, Tensor rotation, Action<string, Tensor>? trace)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor query = _normQuery.Forward(_query.Forward(tokens), rotation, trace is null ? null : rows => trace("attn1_norm_q", rows));
        Tensor key = _normKey.Forward(_key.Forward(tokens), rotation, trace is null ? null : rows => trace("attn1_norm_k", rows));
        Tensor value = _value.Forward(tokens).unflatten(2, [config.Heads, config.HeadWidth]);
        trace?.Invoke("attn1_q_rope", query);
        trace?.Invoke("attn1_k_rope", key);
        Tensor attended = HeadAttention.Attend(query.transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2));
        return _out.Forward(attended.transpose(1, 2).flatten(2)).MoveToOuterDisposeScope();
    }
}
