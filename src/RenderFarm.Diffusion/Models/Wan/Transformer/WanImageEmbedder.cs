using RenderFarm.Diffusion.Weights;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Transformer;

/// <summary>The image encoder's rows in the width of tokens.</summary>
internal sealed class WanImageEmbedder
{
    private const string Name = "condition_embedder.image_embedder";

    // Not the model's epsilon.
    private const double Epsilon = 1e-5;

    private readonly (Tensor Weight, Tensor Bias) _normIn;
    private readonly WanLinear _first;
    private readonly WanLinear _second;
    private readonly (Tensor Weight, Tensor Bias) _normOut;

    public WanImageEmbedder(WanTransformerConfig config, WeightSet weights, int inputs)
    {
        _normIn = (weights.TakeFloat($"{Name}.norm1.weight", inputs), weights.TakeFloat($"{Name}.norm1.bias", inputs));
        _first = new WanLinear(weights, $"{Name}.ff.net.0.proj", inputs, inputs);
        _second = new WanLinear(weights, $"{Name}.ff.net.2", inputs, config.Width);
        _normOut = (weights.TakeFloat($"{Name}.norm2.weight", config.Width), weights.TakeFloat($"{Name}.norm2.bias", config.Width));
    }

    /// <summary>[B, N, image_dim] to [B, N, D], float32.</summary>
    public Tensor Forward(Tensor image)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor hidden = _second.Forward(_first.Forward(Norm(image, _normIn)).gelu_());
        return Norm(hidden, _normOut).MoveToOuterDisposeScope();
    }

    private static Tensor Norm(Tensor rows, (Tensor Weight, Tensor Bias) norm) => nn.functional.layer_norm(
        rows.to_type(ScalarType.Float32), [rows.shape[^1]], norm.Weight, norm.Bias, Epsilon);
}
