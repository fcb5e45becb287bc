using RenderFarm.Diffusion.Weights;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Vae;

/// <summary>Halves the frames' size, and then, but for a stream's first frame, their number.</summary>
internal sealed class Downsampler(WeightSet weights, string name, long channels, bool halvesTime) : IChunkLayer
{
    private readonly SpatialConv _space = new(weights, $"{name}.resample.1", channels, channels, stride: 2);
    private readonly CausalConv? _time = halvesTime ? new(weights, $"{name}.time_conv", channels, channels, spatial: 1, stride: 2) : null;

    public Tensor Forward(Tensor chunk, FeatureCache cache)
    {
        using IDisposable scope = NewDisposeScope();
        long batch = chunk.shape[0], time = chunk.shape[1];
        Tensor halved = _space.Forward(chunk.flatten(0, 1));
        chunk.Dispose();
        halved = halved.unflatten(0, batch, time);
        return (_time is null ? halved : cache.First ? _time.Pass(halved, cache) : _time.Forward(halved, cache)).MoveToOuterDisposeScope();
    }
}
