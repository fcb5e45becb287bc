using RenderFarm.Diffusion.Weights;
using RenderFarm.Errors;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Vae;

/// <summary>
/// The causal video autoencoder of Wan 2.1 (4x8x8 pixels a latent cell, 16 channels) and Wan 2.2 (4x16x16, 48 channels), arXiv 2503.20314.
/// A stream's first frame alone makes its first latent frame; each other one stands for as many frames as the temporal stride. Not
/// thread-safe. Computes in the type of its weights, norms in 32 bits.
/// </summary>
public sealed class WanVae : IDisposable
{
    private readonly WeightSet _weights;
    private readonly EncoderNetwork _encoder;
    private readonly Tensor _mean;
    private readonly Tensor _deviation;

    /// <param name="config">The architecture.</param>
    /// <param name="weights">Becomes this VAE's own, even when its construction fails.</param>
    /// <param name="tiling">How large frames are cut; null for never.</param>
    /// <exception cref="RenderFarmException">
    /// <see cref="ErrorCodes.InvalidModel"/> for a tensor that is missing or of another shape; <see cref="ErrorCodes.InvalidSpec"/> for a
    /// tiling that does not hold.
    /// </exception>
    public WanVae(WanVaeConfig config, WeightSet weights, WanVaeTiling? tiling = null)
    {
        _weights = weights;
        try
        {
            tiling?.Validate();
            Config = config;
            Tiling = tiling;
            using IDisposable gradients = no_grad();
            _encoder = new EncoderNetwork(config, weights);
            Decoder = new DecoderNetwork(config, weights);
            _mean = tensor([.. config.LatentsMean], device: weights.Device).DetachFromDisposeScope();
            _deviation = tensor([.. config.LatentsDeviation], device: weights.Device).DetachFromDisposeScope();
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    public WanVaeConfig Config { get; }

    public WanVaeTiling? Tiling { get; }

    /// <summary>
    /// Is shown what each stage of a network makes of each chunk, as <c>chunk.K.STAGE</c>: borrowed, [B, C, T, H, W], stages as the checkpoint
    /// names them, and <c>frames</c> for a tile's pixels before they are clamped. Heeded by streams that begin after it is set.
    /// </summary>
    internal Action<string, Tensor>? Trace { get; set; }

    internal DecoderNetwork Decoder { get; }

    internal Device Device => _weights.Device;

    internal ScalarType Compute => _weights.Compute;

    /// <summary>
    /// Encodes frames [B, 3, F, H, W] in [-1, 1] into the latents that a sampler works on: the means of their distributions, normalised,
    /// float32 [B, z, (F - 1) / stride + 1, h, w], owned by the caller. See <see cref="EncodeMoments"/> for what F may be.
    /// </summary>
    public Tensor Encode(Tensor frames)
    {
        using IDisposable gradients = no_grad();
        using IDisposable scope = NewDisposeScope();
        return Normalise(EncodeMoments(frames).narrow(1, 0, Config.LatentChannels)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Encodes frames [B, 3, F, H, W] in [-1, 1] into the means and the logarithms of the variances of their latents, not normalised, float32
    /// [B, 2z, (F - 1) / stride + 1, h, w], owned by the caller. Beware: only 1 + k * stride frames can be encoded, and the frames past the
    /// last such count are dropped without a word, as the reference does; who wants them must add copies of the last one.
    /// </summary>
    /// <param name="frames">
    /// On any device; moved to this VAE's chunk by chunk. Where H or W is no multiple of the spatial stride, the cells are rounded down; Wan
    /// 2.2 needs multiples, and so do tiles.
    /// </param>
    public Tensor EncodeMoments(Tensor frames)
    {
        long stride = Config.SpatialStride;
        if (frames.shape is not [_, 3, >= 1, long height, long width] || height < stride || width < stride)
        {
            throw new ArgumentException(
                $"frames are [{string.Join(", ", frames.shape)}], not [B, 3, F, H, W] of at least {stride} x {stride} pixels", nameof(frames));
        }

        long rows = height / stride, columns = width / stride;
        Tile[] tiles = Tile.Cut(rows, columns, stride, Tiling);
        if ((Config.Residual || tiles.Length > 1) && (height % stride != 0 || width % stride != 0))
        {
            throw new ArgumentException($"frames are {width} x {height}, not multiples of {stride}", nameof(frames));
        }

        using IDisposable gradients = no_grad();
        using IDisposable scope = NewDisposeScope();
        long time = (frames.shape[2] - 1) / Config.TemporalStride + 1;
        Tensor moments = zeros([frames.shape[0], time, rows, columns, 2 * Config.LatentChannels], ScalarType.Float32, Device);
        foreach (Tile tile in tiles)
        {
            using var cache = new FeatureCache(Trace);
            for (long i = 0; i < time; i++)
            {
                using IDisposable chunkScope = NewDisposeScope();
                Tensor chunk = i == 0 ? frames.narrow(2, 0, 1) : frames.narrow(2, 1 + (i - 1) * Config.TemporalStride, Config.TemporalStride);
                Tensor pixels = tiles.Length == 1 ? chunk : tile.Of(chunk, 3, stride);
                Tensor patches = PixelPatches.Cut(pixels.to(Device).to_type(Compute), Config.Patch);
                Tensor made = _encoder.Forward(patches, cache).to_type(ScalarType.Float32);
                cache.Advance();
                Tensor frame = moments.narrow(1, i, 1);
                if (tiles.Length == 1)
                {
                    frame.copy_(made);
                }
                else
                {
                    tile.AddTo(frame, made, 1);
                }
            }
        }

        return moments.permute(0, 4, 1, 2, 3).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>A decoder at the beginning of a stream of latent frames. Borrows this VAE; the caller disposes it.</summary>
    public WanVaeDecoder CreateStream() => new(this);

    /// <summary>The same behind the interface that all models share. Borrows this VAE; the caller disposes it.</summary>
    public ILatentDecoder CreateDecoder() => new WanLatentDecoder(CreateStream());

    public void Dispose()
    {
        _weights.Dispose();
        _mean.Dispose();
        _deviation.Dispose();
    }

    /// <summary>A sampler's latents [B, z, T, h, w] as the decoder's network wants them: [B, T, h, w, z] in the compute type, the caller's.</summary>
    internal Tensor Denormalise(Tensor latents)
    {
        using IDisposable scope = NewDisposeScope();
        return latents.to(Device).to_type(ScalarType.Float32).permute(0, 2, 3, 4, 1).mul(_deviation).add_(_mean)
            .to_type(Compute).contiguous().MoveToOuterDisposeScope();
    }

    private Tensor Normalise(Tensor latents) => (latents - _mean.view(-1, 1, 1, 1)).div_(_deviation.view(-1, 1, 1, 1));
}
