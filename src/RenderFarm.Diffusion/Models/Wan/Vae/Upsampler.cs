using RenderFarm.Diffusion.Weights;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Vae;

/// <summary>Doubles the number of frames, but for a stream's first, and then their size.</summary>
internal sealed class Upsampler(WeightSet weights, string name, long inputs, long outputs, bool doublesTime) : IChunkLayer
{
    // The first frame passes it by and is not remembered: to this convolution the stream begins with the second chunk.
    private readonly CausalConv? _time = doublesTime ? new(weights, $"{name}.time_conv", inputs, 2 * inputs, spatial: 1) : null;
    private readonly SpatialConv _space = new(weights, $"{name}.resample.1", inputs, outputs);

    public Tensor Forward(Tensor chunk, FeatureCache cache)
    {
        using IDisposable scope = NewDisposeScope();
        long batch = chunk.shape[0], height = chunk.shape[2], width = chunk.shape[3];
        Tensor frames = _time is null || cache.First ? chunk : _time.Forward(chunk, cache);

        // The two halves of doubled channels are the even and the odd frames; each pixel becomes 2x2. One copy does both.
        long time = frames.shape[1], phases = frames.shape[4] / inputs;
        Tensor doubled = frames.view(batch, time, height, width, phases, inputs).permute(0, 1, 4, 2, 3, 5)
            .unsqueeze(4).unsqueeze(6).expand(-1, -1, -1, -1, 2, -1, 2, -1)
            .reshape(batch * time * phases, 2 * height, 2 * width, inputs);
        frames.Dispose();
        return _space.Forward(doubled).unflatten(0, batch, time * phases).MoveToOuterDisposeScope();
    }
}
