using RenderFarm.Diffusion.Weights;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Vae;

/// <summary>Attention of one head over all positions of a frame, each frame by itself, beside a shortcut.</summary>
internal sealed class FrameAttention(WeightSet weights, string name, long channels) : IChunkLayer
{
    private readonly ChannelNorm _norm = new(weights, $"{name}.norm", channels, dimensions: 2);
    private readonly PointwiseConv _queryKeyValue = new(weights, $"{name}.to_qkv", channels, 3 * channels, dimensions: 2);
    private readonly PointwiseConv _project = new(weights, $"{name}.proj", channels, channels, dimensions: 2);

    public Tensor Forward(Tensor chunk, FeatureCache cache)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor positions = _norm.Forward(chunk).view(chunk.shape[0] * chunk.shape[1], 1, chunk.shape[2] * chunk.shape[3], channels);
        Tensor[] parts = _queryKeyValue.Forward(positions).chunk(3, -1);
        Tensor mixed = nn.functional.scaled_dot_product_attention(parts[0], parts[1], parts[2]);
        Tensor result = _project.Forward(mixed).view(chunk.shape).add_(chunk);
        chunk.Dispose();
        return result.MoveToOuterDisposeScope();
    }
}
