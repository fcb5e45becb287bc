using RenderFarm.Diffusion.Weights;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Vae;

/// <summary>The deepest level's attention between two residual blocks.</summary>
internal sealed class MiddleBlock(WeightSet weights, string name, long channels) : IChunkLayer
{
    private readonly ResidualBlock _before = new(weights, $"{name}.resnets.0", channels, channels);
    private readonly FrameAttention _attention = new(weights, $"{name}.attentions.0", channels);
    private readonly ResidualBlock _after = new(weights, $"{name}.resnets.1", channels, channels);

    public Tensor Forward(Tensor chunk, FeatureCache cache) => _after.Forward(_attention.Forward(_before.Forward(chunk, cache), cache), cache);
}
