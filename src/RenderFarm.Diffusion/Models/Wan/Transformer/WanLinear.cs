using RenderFarm.Diffusion.Weights;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Transformer;

/// <summary>x W^T + b, in the type of its weights.</summary>
internal sealed class WanLinear
{
    private readonly Tensor _weight;
    private readonly Tensor _bias;

    /// <param name="weights">Where <c>NAME.weight</c> and <c>NAME.bias</c> come from.</param>
    /// <param name="name">The layer's name.</param>
    /// <param name="inputs">Channels in.</param>
    /// <param name="outputs">Channels out.</param>
    /// <param name="single">Whether it works in 32 bits whatever the set computes in.</param>
    public WanLinear(WeightSet weights, string name, long inputs, long outputs, bool single = false)
    {
        _weight = single ? weights.TakeFloat($"{name}.weight", outputs, inputs) : weights.Take($"{name}.weight", outputs, inputs);
        _bias = single ? weights.TakeFloat($"{name}.bias", outputs) : weights.Take($"{name}.bias", outputs);
    }

    /// <summary>[..., inputs] of any type to [..., outputs] in the weights' type.</summary>
    public Tensor Forward(Tensor input) => nn.functional.linear(input.to_type(_weight.dtype), _weight, _bias);
}
