using RenderFarm.Diffusion.Weights;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Transformer;

/// <summary>Keys and values of a context's rows.</summary>
internal sealed class ContextProjection(WanTransformerConfig config, WeightSet weights, string key, string keyNorm, string value)
{
    private readonly WanLinear _key = new(weights, key, config.Width, config.Width);
    private readonly HeadNorm _norm = new(config, weights, keyNorm);
    private readonly WanLinear _value = new(weights, value, config.Width, config.Width);

    /// <summary>[B, rows, D] as keys and values [B, H, rows, d], owned by the caller.</summary>
    public (Tensor Key, Tensor Value) Forward(Tensor rows)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor keys = _norm.Forward(_key.Forward(rows)).transpose(1, 2);
        Tensor values = _value.Forward(rows).unflatten(2, [config.Heads, config.HeadWidth]).transpose(1, 2);
        return (keys.MoveToOuterDisposeScope(), values.MoveToOuterDisposeScope());
    }
}
