using RenderFarm.Diffusion.Weights;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Vae;

/// <summary>A convolution of size 1: a product over the channels [..., C], which remembers nothing.</summary>
/// <param name="dimensions">Of the kernel in the checkpoint: 3, or 2 within the attention.</param>
internal sealed class PointwiseConv(WeightSet weights, string name, long inputs, long outputs, int dimensions = 3)
{
    private readonly Tensor _weight = weights.Take($"{name}.weight", [outputs, inputs, .. Enumerable.Repeat(1L, dimensions)]);
    private readonly Tensor _bias = weights.Take($"{name}.bias", outputs);

    /// <summary>Borrows its argument; the result is the caller's.</summary>
    public Tensor Forward(Tensor features)
    {
        using Tensor matrix = _weight.flatten(1);
        return nn.functional.linear(features, matrix, _bias);
    }
}
