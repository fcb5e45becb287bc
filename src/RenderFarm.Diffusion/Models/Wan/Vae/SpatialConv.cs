using RenderFarm.Diffusion.Weights;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Vae;

/// <summary>A 3x3 convolution within each frame.</summary>
/// <param name="stride">1 keeps the frame's size, with zeros all around it; 2 halves it, with zeros right and below.</param>
internal sealed class SpatialConv(WeightSet weights, string name, long inputs, long outputs, long stride = 1)
{
    private readonly Tensor _weight = weights.Take($"{name}.weight", outputs, inputs, 3, 3);
    private readonly Tensor _bias = weights.Take($"{name}.bias", outputs);
    private readonly long[] _strides = [stride, stride];
    private readonly long[] _padding = stride == 1 ? [1, 1] : [0, 0];

    /// <summary>From [N, H, W, inputs] to [N, H / stride, W / stride, outputs]. Takes its argument; the result is the caller's.</summary>
    public Tensor Forward(Tensor frames)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor padded = stride == 1 ? frames.alias() : nn.functional.pad(frames, [0, 0, 0, 1, 0, 1]);
        frames.Dispose();
        return nn.functional.conv2d(padded.permute(0, 3, 1, 2), _weight, _bias, _strides, _padding)
            .permute(0, 2, 3, 1).contiguous().MoveToOuterDisposeScope();
    }
}
