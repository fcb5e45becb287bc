using RenderFarm.Diffusion.Weights;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Vae;

/// <summary>Norm, SiLU and a causal convolution, twice, beside a shortcut.</summary>
internal sealed class ResidualBlock(WeightSet weights, string name, long inputs, long outputs) : IChunkLayer
{
    private readonly ChannelNorm _norm1 = new(weights, $"{name}.norm1", inputs);
    private readonly CausalConv _conv1 = new(weights, $"{name}.conv1", inputs, outputs);
    private readonly ChannelNorm _norm2 = new(weights, $"{name}.norm2", outputs);
    private readonly CausalConv _conv2 = new(weights, $"{name}.conv2", outputs, outputs);
    private readonly PointwiseConv? _shortcut = inputs == outputs ? null : new(weights, $"{name}.conv_shortcut", inputs, outputs);

    public Tensor Forward(Tensor chunk, FeatureCache cache)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor hidden = _conv1.Forward(chunk.alias(), cache, _norm1);
        Tensor result = _conv2.Forward(hidden, cache, _norm2).add_(_shortcut?.Forward(chunk) ?? chunk);
        chunk.Dispose();
        return result.MoveToOuterDisposeScope();
    }
}
