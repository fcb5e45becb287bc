using RenderFarm.Diffusion.Weights;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Transformer;

/// <summary>Attention of all tokens to the text's rows and, in image-to-video models, to the image's beside them; nothing is masked.</summary>
internal sealed class WanCrossAttention(WanTransformerConfig config, WeightSet weights, string name)
{
    private readonly WanLinear _query = new(weights, $"{name}.to_q", config.Width, config.Width);
    private readonly HeadNorm _normQuery = new(config, weights, $"{name}.norm_q");
    private readonly ContextProjection _text = new(config, weights, $"{name}.to_k", $"{name}.norm_k", $"{name}.to_v");
    private readonly ContextProjection? _image = config.ImageWidth is null
        ? null
        : new(config, weights, $"{name}.add_k_proj", $"{name}.norm_added_k", $"{name}.add_v_proj");

    private readonly WanLinear _out = new(weights, $"{name}.to_out.0", config.Width, config.Width);

    /// <summary>The keys and values of a context, owned by the caller.</summary>
    public ContextKeys Project(Tensor text, Tensor? image) => new(_text.Forward(text), image is null ? null : _image!.Forward(image));

    /// <summary>[B, L, D] to the same.</summary>
    public Tensor Forward(Tensor tokens, ContextKeys keys)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor query = _normQuery.Forward(_query.Forward(tokens)).transpose(1, 2);
        Tensor attended = HeadAttention.Attend(query, keys.Text.Key, keys.Text.Value);
        if (keys.Image is { } image)
        {
            attended.add_(HeadAttention.Attend(query, image.Key, image.Value));
        }

        return _out.Forward(attended.transpose(1, 2).flatten(2)).MoveToOuterDisposeScope();
    }
}
