using RenderFarm.Errors;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Vae;

/// <summary>
/// Decodes one stream of latent frames. It holds what the causal layers need of the past, two frames each, whatever the stream's length.
/// Decoding is by one latent frame at a time within, so that any partition of a stream gives the same bits. After an exception the stream
/// must be restored or thrown away.
/// </summary>
public sealed class WanVaeDecoder : IDisposable
{
    private const string StreamKey = "stream";

    /// <summary>Rows or columns that a saved stream may claim.</summary>
    private const long MaxCells = 1 << 16;

    private readonly WanVae _vae;
    private Tile[] _tiles = [];
    private FeatureCache[] _caches = [];
    private long _batch;
    private long _rows;
    private long _columns;

    internal WanVaeDecoder(WanVae vae) => _vae = vae;

    /// <summary>Latent frames of the stream so far.</summary>
    public long LatentFrames => _caches is [FeatureCache cache, ..] ? cache.Chunks : 0;

    /// <summary>
    /// Decodes the stream's next latent frames [B, z, T, h, w], as a sampler has them, into float32 frames [B, 3, F, H, W] in [-1, 1] on the
    /// VAE's device, owned by the caller. The stream's first latent frame gives one frame, each other one as many as the temporal stride.
    /// </summary>
    /// <exception cref="ArgumentException">The latents are not of this VAE, or of another size than the stream's first.</exception>
    public Tensor Decode(Tensor latents)
    {
        using IDisposable scope = NewDisposeScope();
        return Decode(latents, frames => frames).permute(0, 4, 1, 2, 3).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>
    /// What the stream needs to go on from here, by name: copies on the CPU, owned by the caller, fit for a safetensors file. Empty at the
    /// beginning of a stream.
    /// </summary>
    public IReadOnlyDictionary<string, Tensor> Save()
    {
        var state = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        if (LatentFrames == 0)
        {
            return state;
        }

        using IDisposable gradients = no_grad();
        using IDisposable scope = NewDisposeScope();
        state.Add(StreamKey, tensor([LatentFrames, _batch, _rows, _columns]).MoveToOuterDisposeScope());
        for (int i = 0; i < _tiles.Length; i++)
        {
            foreach ((string layer, Tensor frames) in _caches[i].Past)
            {
                state.Add(Key(i, layer), frames.to(CPU, copy: true).MoveToOuterDisposeScope());
            }
        }

        return state;
    }

    /// <summary>
    /// Goes on, bit for bit, where the stream was that <paramref name="state"/> was saved from; what this stream was at is forgotten.
    /// </summary>
    /// <param name="state">From <see cref="Save"/> of a VAE with the same weights, compute type and tiling; borrowed.</param>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.CorruptArtifact"/> when it is not; the stream is then as it was.</exception>
    public void Restore(IReadOnlyDictionary<string, Tensor> state)
    {
        if (state.Count == 0)
        {
            Begin(0, 0, 0);
            return;
        }

        using IDisposable gradients = no_grad();
        (long latentFrames, long batch, long rows, long columns) = ReadStream(state);
        Tile[] tiles = Tile.Cut(rows, columns, _vae.Config.SpatialStride, _vae.Tiling);
        CachedLayer[] layers = [.. _vae.Decoder.Cached.Where(layer => latentFrames > 1 || !layer.FromSecond)];
        for (int i = 0; i < tiles.Length; i++)
        {
            foreach (CachedLayer layer in layers)
            {
                (long height, long width) = (tiles[i].Rows.Length * layer.Scale, tiles[i].Columns.Length * layer.Scale);
                Check(state, Key(i, layer.Name), [batch, CachedLayer.Frames, height, width, layer.Channels]);
            }
        }

        if (state.Count != 1 + tiles.Length * layers.Length)
        {
            throw Corrupt($"has {state.Count} tensors, not {1 + tiles.Length * layers.Length}");
        }

        Begin(batch, rows, columns);
        for (int i = 0; i < tiles.Length; i++)
        {
            _caches[i].Restore(
                latentFrames, layers.ToDictionary(layer => layer.Name, layer => state[Key(i, layer.Name)].to(_vae.Device, copy: true)));
        }
    }

    public void Dispose() => Begin(0, 0, 0);

    /// <summary>
    /// As <see cref="Decode(Tensor)"/>, but pictures with their channels last, [B, F, H, W, 3], and through <paramref name="finish"/>.
    /// </summary>
    /// <param name="latents">[B, z, T, h, w].</param>
    /// <param name="finish">Is handed the frames of one latent frame at a time, float32 [B, f, H, W, 3] in [-1, 1].</param>
    internal Tensor Decode(Tensor latents, Func<Tensor, Tensor> finish)
    {
        if (latents.shape is not [>= 1, long channels, >= 1, >= 1, >= 1] || channels != _vae.Config.LatentChannels)
        {
            throw new ArgumentException(
                $"latents are [{string.Join(", ", latents.shape)}], not [B, {_vae.Config.LatentChannels}, T, h, w]", nameof(latents));
        }

        if (LatentFrames == 0)
        {
            Begin(latents.shape[0], latents.shape[3], latents.shape[4]);
        }
        else if (latents.shape[0] != _batch || latents.shape[3] != _rows || latents.shape[4] != _columns)
        {
            throw new ArgumentException(
                $"latents are [{string.Join(", ", latents.shape)}], but the stream is [{_batch}, {channels}, T, {_rows}, {_columns}]", nameof(latents));
        }

        using IDisposable gradients = no_grad();
        using IDisposable scope = NewDisposeScope();
        Tensor cells = _vae.Denormalise(latents);
        var frames = new List<Tensor>();
        for (long i = 0; i < cells.shape[1]; i++)
        {
            using IDisposable frameScope = NewDisposeScope();
            frames.Add(finish(Next(cells.narrow(1, i, 1)).clamp_(-1, 1)).MoveToOuterDisposeScope());
        }

        return cat(frames, 1).MoveToOuterDisposeScope();
    }

    /// <summary>The frames of the stream's next latent frame [B, 1, h, w, z], float32 [B, f, H, W, 3], not yet clamped.</summary>
    private Tensor Next(Tensor latent)
    {
        if (_tiles.Length == 1)
        {
            return Next(latent.alias(), _caches[0]);
        }

        using IDisposable scope = NewDisposeScope();
        long stride = _vae.Config.SpatialStride, time = LatentFrames == 0 ? 1 : _vae.Config.TemporalStride;
        Tensor whole = zeros([_batch, time, _rows * stride, _columns * stride, 3], ScalarType.Float32, _vae.Device);
        for (int i = 0; i < _tiles.Length; i++)
        {
            using Tensor part = Next(_tiles[i].Of(latent, 2, 1), _caches[i]);
            _tiles[i].AddTo(whole, part, stride);
        }

        return whole.MoveToOuterDisposeScope();
    }

    private Tensor Next(Tensor latent, FeatureCache cache)
    {
        using Tensor patches = _vae.Decoder.Forward(latent, cache);
        using Tensor frames = PixelPatches.Join(patches, _vae.Config.Patch);
        cache.Show("frames", frames);
        cache.Advance();
        return frames.to(ScalarType.Float32, copy: true);
    }

    /// <summary>Forgets what was; a stream of no cells has no tiles.</summary>
    private void Begin(long batch, long rows, long columns)
    {
        foreach (FeatureCache cache in _caches)
        {
            cache.Dispose();
        }

        (_batch, _rows, _columns) = (batch, rows, columns);
        _tiles = batch == 0 ? [] : Tile.Cut(rows, columns, _vae.Config.SpatialStride, _vae.Tiling);
        _caches = [.. _tiles.Select(_ => new FeatureCache(_vae.Trace))];
    }

    private (long LatentFrames, long Batch, long Rows, long Columns) ReadStream(IReadOnlyDictionary<string, Tensor> state)
    {
        if (!state.TryGetValue(StreamKey, out Tensor? stream) || stream.dtype != ScalarType.Int64 || stream.shape is not [4])
        {
            throw Corrupt($"has no int64 '{StreamKey}' [4]");
        }

        using Tensor onCpu = stream.cpu();
        long[] numbers = [.. onCpu.data<long>()];
        return numbers.All(number => number >= 1) && numbers[2] <= MaxCells && numbers[3] <= MaxCells
            ? (numbers[0], numbers[1], numbers[2], numbers[3])
            : throw Corrupt($"has [{string.Join(", ", numbers)}] in '{StreamKey}', not numbers above 0, rows and columns up to {MaxCells}");
    }

    private void Check(IReadOnlyDictionary<string, Tensor> state, string key, long[] shape)
    {
        if (!state.TryGetValue(key, out Tensor? frames))
        {
            throw Corrupt($"has no '{key}'");
        }

        if (frames.dtype != _vae.Compute || !frames.shape.SequenceEqual(shape))
        {
            throw Corrupt($"has '{key}' as {frames.dtype} [{string.Join(", ", frames.shape)}], not {_vae.Compute} [{string.Join(", ", shape)}]");
        }
    }

    private static string Key(int tile, string layer) => $"tile.{tile}.{layer}";

    private static RenderFarmException Corrupt(string why) => new(ErrorCodes.CorruptArtifact, $"a saved VAE stream {why}");
}
