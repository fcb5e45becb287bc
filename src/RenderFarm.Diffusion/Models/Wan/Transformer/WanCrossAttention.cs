using RenderFarm.Diffusion.Weights;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Transformer;

/// <summary>Attention of all tokens to the text's rows and, in image-to-video models, to the image's beside them; nothing is masked.</summary>
internal sealed class WanCrossAttention
{
    private readonly WanTransformerConfig _config;
    private readonly WanLinear _query;
    private readonly HeadNorm _normQuery;
    private readonly WanLinear _keyValue;
    private readonly HeadNorm _normKey;
    private readonly WanLinear? _imageKeyValue;
    private readonly HeadNorm? _normImageKey;
    private readonly WanLinear _out;

    public WanCrossAttention(WanTransformerConfig config, WeightSet weights, string name)
    {
        _config = config;
        _query = new WanLinear(weights, $"{name}.to_q", config.Width, config.Width);
        _normQuery = new HeadNorm(config, weights, $"{name}.norm_q");
        _keyValue = new WanLinear(weights, [$"{name}.to_k", $"{name}.to_v"], config.Width, config.Width);
        _normKey = new HeadNorm(config, weights, $"{name}.norm_k");
        if (config.ImageWidth is not null)
        {
            _imageKeyValue = new WanLinear(weights, [$"{name}.add_k_proj", $"{name}.add_v_proj"], config.Width, config.Width);
            _normImageKey = new HeadNorm(config, weights, $"{name}.norm_added_k");
        }

        _out = new WanLinear(weights, $"{name}.to_out.0", config.Width, config.Width);
    }

    /// <summary>The keys and values of a context, owned by the caller.</summary>
    public ContextKeys Project(Tensor text, Tensor? image) => new(
        Project(text, _keyValue, _normKey), image is null ? null : Project(image, _imageKeyValue!, _normImageKey!));

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

    private (Tensor Key, Tensor Value) Project(Tensor rows, WanLinear keyValue, HeadNorm norm)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor[] projected = keyValue.Forward(rows).chunk(2, -1);
        Tensor value = projected[1].unflatten(2, [_config.Heads, _config.HeadWidth]);
        return (norm.Forward(projected[0]).transpose(1, 2).MoveToOuterDisposeScope(), value.transpose(1, 2).MoveToOuterDisposeScope());
    }
}
