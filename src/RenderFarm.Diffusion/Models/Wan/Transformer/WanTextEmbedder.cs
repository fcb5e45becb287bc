using RenderFarm.Diffusion.Weights;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Transformer;

/// <summary>The text encoder's rows in the width of tokens; a row of zeros becomes one of constants, to which tokens attend too.</summary>
internal sealed class WanTextEmbedder(WanTransformerConfig config, WeightSet weights)
{
    private readonly WanLinear _first = new(weights, "condition_embedder.text_embedder.linear_1", config.TextWidth, config.Width);
    private readonly WanLinear _second = new(weights, "condition_embedder.text_embedder.linear_2", config.Width, config.Width);

    /// <summary>[B, rows, text_dim] to [B, rows, D].</summary>
    public Tensor Forward(Tensor text) => _second.Forward(_first.Forward(text).gelu_(GELU.Approximate.tanh));
}
