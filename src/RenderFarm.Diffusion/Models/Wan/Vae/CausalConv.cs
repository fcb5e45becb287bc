using RenderFarm.Diffusion.Weights;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Vae;

/// <summary>A convolution over three frames, the last of which is the present one; it keeps the frame's size.</summary>
/// <param name="weights">Where its tensors are taken from.</param>
/// <param name="name">Its name in the checkpoint, and in the cache.</param>
/// <param name="inputs">Channels in.</param>
/// <param name="outputs">Channels out.</param>
/// <param name="spatial">Side of the kernel within a frame: 3 or 1.</param>
/// <param name="stride">Frames in a frame out: 1 or 2.</param>
internal sealed class CausalConv(WeightSet weights, string name, long inputs, long outputs, long spatial = 3, long stride = 1) : IChunkLayer
{
    /// <summary>Frames that a kernel covers.</summary>
    public const long Kernel = 3;

    private readonly Tensor _weight = weights.Take($"{name}.weight", outputs, inputs, Kernel, spatial, spatial);
    private readonly Tensor _bias = weights.Take($"{name}.bias", outputs);
    private readonly long[] _strides = [stride, 1, 1];
    private readonly long[] _padding = [0, spatial / 2, spatial / 2];

    public Tensor Forward(Tensor chunk, FeatureCache cache) => Forward(chunk, cache, (features, target) => target.copy_(features));

    /// <summary>The same of the chunk's norm and SiLU.</summary>
    public Tensor Forward(Tensor chunk, FeatureCache cache, ChannelNorm norm) => Forward(chunk, cache, norm.Activate);

    /// <summary>Lets a chunk pass by, remembering what the next chunk's convolution needs of it.</summary>
    public Tensor Pass(Tensor chunk, FeatureCache cache)
    {
        cache.Remember(name, chunk, Kernel - stride);
        return chunk;
    }

    private Tensor Forward(Tensor chunk, FeatureCache cache, Action<Tensor, Tensor> write)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor window = cache.Open(name, chunk, Kernel - stride);
        write(chunk, window.narrow(1, Kernel - stride, chunk.shape[1]));
        chunk.Dispose();
        cache.Remember(name, window, Kernel - stride);
        return nn.functional.conv3d(window.permute(0, 4, 1, 2, 3), _weight, _bias, _strides, _padding)
            .permute(0, 2, 3, 4, 1).contiguous().MoveToOuterDisposeScope();
    }
}
