using RenderFarm.Diffusion.Weights;
using RenderFarm.Errors;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Transformer;

/// <summary>
/// Wan's denoiser (Wan 2.1 and 2.2, arXiv 2503.20314): a diffusion transformer over patches of latents, with a text and in some models
/// an image to attend to. Matrices work in the weights' compute type; the residual stream, norms, modulation, the timesteps, and the
/// first and last layer, which cost little and set the velocity's precision, in 32 bits. Not thread-safe.
/// </summary>
public sealed class WanTransformer : IDisposable
{
    /// <summary>Rotary tables that are kept; a job needs one or two.</summary>
    private const int MostTables = 8;

    private readonly WeightSet _weights;
    private readonly Tensor _patchWeight;
    private readonly Tensor _patchBias;
    private readonly WanTimeEmbedder _time;
    private readonly WanTextEmbedder _text;
    private readonly WanImageEmbedder? _image;
    private readonly WanBlock[] _blocks;
    private readonly Tensor _table;
    private readonly WanLinear _project;
    private readonly Dictionary<(long Time, long Height, long Width, int Spacing), Tensor> _rotations = [];

    /// <param name="config">The architecture.</param>
    /// <param name="weights">Its tensors, named as Diffusers names them; becomes the transformer's, also when this throws.</param>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/> for a missing tensor or a wrong shape.</exception>
    public WanTransformer(WanTransformerConfig config, WeightSet weights)
    {
        Config = config;
        _weights = weights;
        try
        {
            (int time, int height, int width) = config.Patch;
            _patchWeight = weights.TakeFloat("patch_embedding.weight", config.Width, config.InChannels, time, height, width);
            _patchBias = weights.TakeFloat("patch_embedding.bias", config.Width);
            _time = new WanTimeEmbedder(config, weights);
            _text = new WanTextEmbedder(config, weights);
            _image = config.ImageWidth is { } imageWidth ? new WanImageEmbedder(config, weights, imageWidth) : null;
            _blocks = [.. Enumerable.Range(0, config.Layers).Select(index => new WanBlock(config, weights, index))];
            _table = weights.TakeFloat("scale_shift_table", 1, 2, config.Width);
            _project = new WanLinear(weights, "proj_out", config.Width, config.PatchVolume * config.OutChannels, single: true);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    public WanTransformerConfig Config { get; }

    public Device Device => _weights.Device;

    /// <summary>Embeds a prompt, and an image where the model takes one, once for many steps. The context is the caller's.</summary>
    /// <param name="text">The text encoder's rows, [B, rows, text_dim]: 512 of them, zeros after the text's end.</param>
    /// <param name="image">The image encoder's rows, [B, N, image_dim]; null for models without.</param>
    /// <param name="keepKeys">
    /// Whether to project every block's keys and values too, which saves some 5 GFLOP a block and step in a 1.3B model and takes 94 MB a row.
    /// </param>
    /// <exception cref="ArgumentException">A shape does not fit, or the image is missing or too much.</exception>
    public WanContext Prepare(Tensor text, Tensor? image = null, bool keepKeys = false) => Prepare(text, image, keepKeys, trace: null);

    /// <summary>The velocity (noise minus data), float32, [B, C_out, T, h, w], owned by the caller.</summary>
    /// <param name="latents">[B, C_in, T, h, w]; T, h and w are multiples of the patch.</param>
    /// <param name="timesteps">0 (clean) to 1000 (noise), may be fractional: [B], or one for each latent frame or each token, [B, T] or [B, tokens].</param>
    /// <param name="context">What this transformer made of B prompts.</param>
    /// <param name="spacing">Latent frames from one of the window's frames to the next; 1 for consecutive ones.</param>
    /// <param name="cache">Residuals of earlier steps; <see cref="ResidualCache.Begin"/> comes first.</param>
    /// <param name="firstRow">The first latents' number in the cache: 1 for the second pass of two that guidance makes one after another.</param>
    /// <exception cref="ArgumentException">A shape does not fit the model or another.</exception>
    public Tensor Forward(
        Tensor latents, Tensor timesteps, WanContext context, int spacing = 1, ResidualCache? cache = null, int firstRow = 0) =>
        Forward(latents, timesteps, context, spacing, cache, firstRow, trace: null);

    public void Dispose()
    {
        foreach (Tensor rotation in _rotations.Values)
        {
            rotation.Dispose();
        }

        _rotations.Clear();
        _time.Dispose();
        _weights.Dispose();
    }

    /// <summary>A timestep's vector, [D], computed on the CPU.</summary>
    internal float[] EmbedTimestep(float timestep) => _time.EmbedOnHost(timestep);

    internal WanContext Prepare(Tensor text, Tensor? image, bool keepKeys, Action<string, Tensor>? trace)
    {
        Require(text.dim() == 3 && text.shape[2] == Config.TextWidth, nameof(text), text, $"[B, rows, {Config.TextWidth}]");
        Require(image is null == _image is null, nameof(image), image, _image is null ? "null" : $"[B, N, {Config.ImageWidth}]");
        Require(
            image is null || (image.dim() == 3 && image.shape[0] == text.shape[0] && image.shape[2] == Config.ImageWidth),
            nameof(image), image, $"[{text.shape[0]}, N, {Config.ImageWidth}]");
        using IDisposable gradients = no_grad();
        using IDisposable scope = NewDisposeScope();
        Tensor embedded = _text.Forward(text);
        trace?.Invoke("text_embedded", embedded);
        Tensor? embeddedImage = image is null ? null : _image!.Forward(image);
        if (embeddedImage is not null)
        {
            trace?.Invoke("image_embedded", embeddedImage);
        }

        ContextKeys[] keys = keepKeys ? [.. _blocks.Select(block => block.Project(embedded, embeddedImage).Detach())] : [];
        return new WanContext(embedded, embeddedImage, keys);
    }

    /// <param name="trace">Told intermediate values by name; they are valid during the call only, since some are changed in place afterwards.</param>
    internal Tensor Forward(
        Tensor latents, Tensor timesteps, WanContext context, int spacing, ResidualCache? cache, int firstRow, Action<string, Tensor>? trace)
    {
        (int time, int height, int width) patch = Config.Patch;
        Require(
            latents.dim() == 5 && latents.shape[1] == Config.InChannels && latents.shape[2] % patch.time == 0
                && latents.shape[3] % patch.height == 0 && latents.shape[4] % patch.width == 0,
            nameof(latents), latents, $"[B, {Config.InChannels}, T, h, w] in whole patches of {patch}");
        Require(context.Text.shape[0] == latents.shape[0], nameof(context), context.Text, $"of {latents.shape[0]} prompts");
        ArgumentOutOfRangeException.ThrowIfLessThan(spacing, 1);
        (long Time, long Height, long Width) grid = (latents.shape[2] / patch.time, latents.shape[3] / patch.height, latents.shape[4] / patch.width);
        long tokenCount = grid.Time * grid.Height * grid.Width;
        Require(
            timesteps.shape[0] == latents.shape[0]
                && (timesteps.dim() == 1 || (timesteps.dim() == 2 && (timesteps.shape[1] == grid.Time || timesteps.shape[1] == tokenCount))),
            nameof(timesteps), timesteps, $"[{latents.shape[0]}], or with {grid.Time} or {tokenCount} for each");

        using IDisposable gradients = no_grad();
        using IDisposable scope = NewDisposeScope();
        Tensor rotation = RotationOf(grid, spacing);
        if (trace is not null)
        {
            trace("rope_cos", rotation.view_as_real()[TensorIndex.Ellipsis, 0].repeat_interleave(2, -1));
            trace("rope_sin", rotation.view_as_real()[TensorIndex.Ellipsis, 1].repeat_interleave(2, -1));
        }

        Tensor tokens = Patchify(latents, grid);
        trace?.Invoke("patch_embedding", tokens);
        Tensor embedded = _time.Embed(timesteps.reshape(latents.shape[0], -1), trace);
        trace?.Invoke("temb", embedded);
        Tensor modulation = _time.Project(embedded);
        trace?.Invoke("timestep_proj", modulation);

        if (cache is null || !cache.TryReuse(tokens, firstRow))
        {
            Tensor? before = cache is null ? null : tokens.clone();
            for (int i = 0; i < _blocks.Length; i++)
            {
                string name = $"block.{i}";
                _blocks[i].Forward(tokens, modulation, rotation, context, trace is null ? null : (inner, value) => trace($"{name}.{inner}", value));
                trace?.Invoke(name, tokens);
            }

            cache?.Keep(before!, tokens, _weights.Compute, firstRow);
        }

        Tensor[] m = (embedded.unsqueeze(2) + _table).unsqueeze(3).unbind(2);
        Tensor grouped = tokens.view(tokens.shape[0], embedded.shape[1], -1, Config.Width);
        Tensor normed = ModulatedNorm.Apply(
            grouped, m[0], m[1], Config.Epsilon, ScalarType.Float32, trace is null ? null : rows => trace("norm_out", rows));
        trace?.Invoke("proj_out_in", normed);
        Tensor projected = _project.Forward(normed);
        trace?.Invoke("proj_out", projected);
        return Unpatchify(projected, grid).MoveToOuterDisposeScope();
    }

    /// <summary>Latents as tokens (frame, then row, then column), [B, L, D]; a patch is read channel first, then frame, row and column.</summary>
    private Tensor Patchify(Tensor latents, (long Time, long Height, long Width) grid)
    {
        using IDisposable scope = NewDisposeScope();
        (int time, int height, int width) = Config.Patch;
        Tensor patches = latents.to_type(ScalarType.Float32)
            .reshape(latents.shape[0], Config.InChannels, grid.Time, time, grid.Height, height, grid.Width, width)
            .permute(0, 2, 4, 6, 1, 3, 5, 7)
            .reshape(latents.shape[0], -1, Config.InChannels * Config.PatchVolume);
        return nn.functional.linear(patches, _patchWeight.flatten(1), _patchBias).MoveToOuterDisposeScope();
    }

    /// <summary>Tokens [B, ..., patch * C] as [B, C, T, h, w]; a patch is written frame, row and column first, then channel.</summary>
    private Tensor Unpatchify(Tensor projected, (long Time, long Height, long Width) grid)
    {
        using IDisposable scope = NewDisposeScope();
        (int time, int height, int width) = Config.Patch;
        return projected.view(projected.shape[0], grid.Time, grid.Height, grid.Width, time, height, width, Config.OutChannels)
            .permute(0, 7, 1, 4, 2, 5, 3, 6)
            .reshape(projected.shape[0], Config.OutChannels, grid.Time * time, grid.Height * height, grid.Width * width)
            .MoveToOuterDisposeScope();
    }

    private Tensor RotationOf((long Time, long Height, long Width) grid, int spacing)
    {
        (long, long, long, int) key = (grid.Time, grid.Height, grid.Width, spacing);
        if (!_rotations.TryGetValue(key, out Tensor? rotation))
        {
            if (_rotations.Count == MostTables)
            {
                foreach (Tensor old in _rotations.Values)
                {
                    old.Dispose();
                }

                _rotations.Clear();
            }

            rotation = RotaryTable.Create(grid, spacing, Config.HeadWidth, Device).DetachFromDisposeScope();
            _rotations.Add(key, rotation);
        }

        return rotation;
    }

    private static void Require(bool holds, string name, Tensor? tensor, string allowed)
    {
        if (!holds)
        {
            throw new ArgumentException($"{(tensor is null ? "null" : $"[{string.Join(", ", tensor.shape)}]")} is not {allowed}", name);
        }
    }
}
