using RenderFarm.Diffusion.Weights;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Transformer;

/// <summary>
/// One layer of the transformer: self-attention, cross-attention and feed-forward around a residual stream of 32 bits. The first and the
/// last are scaled, shifted and gated by the timestep, the middle one is not.
/// </summary>
public sealed class WanBlock
{
    private readonly WanTransformerConfig _config;
    private readonly ScalarType _compute;
    private readonly int _index;
    private readonly Tensor _table;
    private readonly WanSelfAttention _selfAttention;
    private readonly (Tensor Weight, Tensor Bias)? _crossNorm;
    private readonly WanCrossAttention _crossAttention;
    private readonly WanLinear _widen;
    private readonly WanLinear _narrow;

    /// <param name="config">The architecture.</param>
    /// <param name="weights">Where the tensors <c>blocks.INDEX.*</c> come from; borrowed, and must outlive the block.</param>
    /// <param name="index">The block's number, from 0.</param>
    /// <exception cref="Errors.RenderFarmException"><see cref="Errors.ErrorCodes.InvalidModel"/> for a missing tensor or a wrong shape.</exception>
    public WanBlock(WanTransformerConfig config, WeightSet weights, int index)
    {
        string name = $"blocks.{index}";
        _config = config;
        _compute = weights.Compute;
        _index = index;
        _table = weights.TakeFloat($"{name}.scale_shift_table", 1, 6, config.Width);
        _selfAttention = new WanSelfAttention(config, weights, $"{name}.attn1");
        _crossNorm = config.CrossNorm
            ? (weights.TakeFloat($"{name}.norm2.weight", config.Width), weights.TakeFloat($"{name}.norm2.bias", config.Width))
            : null;
        _crossAttention = new WanCrossAttention(config, weights, $"{name}.attn2");
        _widen = new WanLinear(weights, $"{name}.ffn.net.0.proj", config.Width, config.FeedForwardWidth);
        _narrow = new WanLinear(weights, $"{name}.ffn.net.2", config.FeedForwardWidth, config.Width);
    }

    /// <summary>Changes tokens in place.</summary>
    /// <param name="tokens">float32, [B, L, D].</param>
    /// <param name="modulation">
    /// Projected timesteps, float32, [B, G, 6, D]: G is 1, or the latent frames, or the tokens; each is for the next L / G tokens.
    /// </param>
    /// <param name="rotation">The tokens' <see cref="RotaryTable"/>, [1, L, 1, d / 2].</param>
    /// <param name="context">What the tokens attend to.</param>
    public void Forward(Tensor tokens, Tensor modulation, Tensor rotation, WanContext context) =>
        Forward(tokens, modulation, rotation, context, trace: null);

    internal void Forward(Tensor tokens, Tensor modulation, Tensor rotation, WanContext context, Action<string, Tensor>? trace)
    {
        using IDisposable scope = NewDisposeScope();
        long groups = modulation.shape[1];
        Tensor grouped = tokens.view(tokens.shape[0], groups, tokens.shape[1] / groups, _config.Width);
        Tensor[] m = (modulation + _table).unsqueeze(3).unbind(2);
        AttendToSelf(grouped, m, rotation, trace);
        AttendToContext(tokens, context, trace);
        FeedForward(grouped, m, trace);
    }

    internal ContextKeys Project(Tensor text, Tensor? image) => _crossAttention.Project(text, image);

    private void AttendToSelf(Tensor grouped, Tensor[] m, Tensor rotation, Action<string, Tensor>? trace)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor normed = ModulatedNorm.Apply(grouped, m[0], m[1], _config.Epsilon, _compute, trace is null ? null : rows => trace("norm1", rows));
        trace?.Invoke("attn1_in", normed);
        Tensor attended = _selfAttention.Forward(normed.flatten(1, 2), rotation, trace);
        trace?.Invoke("attn1_out", attended);
        grouped.addcmul_(attended.view_as(grouped), m[2], 1);
    }

    private void AttendToContext(Tensor tokens, WanContext context, Action<string, Tensor>? trace)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor normed = _crossNorm is { } norm
            ? nn.functional.layer_norm(tokens, [_config.Width], norm.Weight, norm.Bias, _config.Epsilon)
            : tokens;
        trace?.Invoke("norm2", normed);
        ContextKeys keys = context.Keys(_index) ?? _crossAttention.Project(context.Text, context.Image);
        Tensor attended = _crossAttention.Forward(normed, keys);
        trace?.Invoke("attn2_out", attended);
        tokens.add_(attended);
    }

    private void FeedForward(Tensor grouped, Tensor[] m, Action<string, Tensor>? trace)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor normed = ModulatedNorm.Apply(grouped, m[3], m[4], _config.Epsilon, _compute, traceNormed: null);
        trace?.Invoke("ffn_in", normed);
        Tensor fed = _narrow.Forward(_widen.Forward(normed).gelu_(GELU.Approximate.tanh));
        trace?.Invoke("ffn_out", fed);
        grouped.addcmul_(fed, m[5], 1);
    }
}
