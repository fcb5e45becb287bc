using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Pocket;

/// <summary>
/// pocket's autoencoder: 4x16x16 pixels a latent cell, causal in time; the first frame alone makes the first latent frame. The encoder
/// is linear, the principal components of the world's 4x16x16 patches, strongest first: it needs no training by gradients, and latents
/// keep the order in which a picture comes out of noise, coarse before fine. The decoder adds to the linear picture what it learned to
/// see in a cell, its surroundings and its past; its convolutions work on 4x4x4 patches at most (as LTX-Video's do, arXiv 2501.00103).
/// </summary>
public sealed class PocketAutoencoder : nn.Module
{
    /// <summary>Channels of a latent frame.</summary>
    public const int LatentChannels = 64;

    /// <summary>Frames a latent frame.</summary>
    public const int TemporalStride = 4;

    /// <summary>Pixels a latent cell, both ways.</summary>
    public const int SpatialStride = 16;

    /// <summary>Values of a cell's pixels.</summary>
    public const int CellValues = 3 * TemporalStride * SpatialStride * SpatialStride;

    private const int Patch = 4;
    private const int Fine = 96;
    private const int Middle = 128;
    private const int Coarse = 256;
    private const int PatchChannels = 3 * TemporalStride * Patch * Patch;

    private readonly Parameter mean;
    private readonly Parameter analysis;
    private readonly Parameter synthesis;
    private readonly PocketConv decodeIn;
    private readonly TemporalMix decodeMix1;
    private readonly nn.Module<Tensor, Tensor> decodeCoarse;
    private readonly TemporalMix decodeMix2;
    private readonly PocketLinear decodeToMiddle;
    private readonly nn.Module<Tensor, Tensor> decodeMiddle;
    private readonly PocketLinear decodeToFine;
    private readonly nn.Module<Tensor, Tensor> decodeFine;

    /// <param name="compute">The precision of convolutions: <see cref="ScalarType.BFloat16"/> or <see cref="ScalarType.Float32"/>.</param>
    public PocketAutoencoder(ScalarType compute)
        : base(nameof(PocketAutoencoder))
    {
        ResidualBlock Block(int channels) => new(channels, compute);
        PocketLinear Linear(int inputs, int outputs) => new(inputs, outputs, compute);

        mean = new Parameter(zeros(CellValues));
        analysis = new Parameter(randn(LatentChannels, CellValues) / Math.Sqrt(CellValues));
        synthesis = new Parameter(randn(CellValues, LatentChannels) / Math.Sqrt(LatentChannels));
        decodeIn = new PocketConv(LatentChannels, Coarse, 3, compute);
        decodeMix1 = new TemporalMix(Coarse, compute);
        decodeCoarse = nn.Sequential(Block(Coarse), Block(Coarse));
        decodeMix2 = new TemporalMix(Coarse, compute);
        decodeToMiddle = Linear(Coarse, 4 * Middle);
        decodeMiddle = nn.Sequential(Block(Middle), Block(Middle), Block(Middle));
        decodeToFine = Linear(Middle, 4 * Fine);
        decodeFine = nn.Sequential(
            Block(Fine), Block(Fine), new PocketNorm(Fine, compute), new PocketConv(Fine, PatchChannels, 3, compute, gain: 0.05));
        RegisterComponents();
    }

    /// <summary>Takes the linear part: what training finds as the world's principal components.</summary>
    /// <param name="cellMean">The mean cell, [<see cref="CellValues"/>].</param>
    /// <param name="encode">From cells to latents, [<see cref="LatentChannels"/>, <see cref="CellValues"/>].</param>
    /// <param name="decode">From latents to cells, [<see cref="CellValues"/>, <see cref="LatentChannels"/>].</param>
    public void SetBasis(Tensor cellMean, Tensor encode, Tensor decode)
    {
        using IDisposable gradients = no_grad();
        mean.copy_(cellMean);
        analysis.copy_(encode);
        synthesis.copy_(decode);
        FreezeBasis();
    }

    /// <summary>Takes the linear part out of training by gradients.</summary>
    public void FreezeBasis() => (mean.requires_grad, analysis.requires_grad, synthesis.requires_grad) = (false, false, false);

    /// <summary>Cuts [B, 3, 4T, H, W] into cells, [B, T, H / 16, W / 16, <see cref="CellValues"/>].</summary>
    public static Tensor ToCells(Tensor frames)
    {
        long batch = frames.shape[0], time = frames.shape[2] / TemporalStride;
        long height = frames.shape[3] / SpatialStride, width = frames.shape[4] / SpatialStride;
        return frames.reshape(batch, 3, time, TemporalStride, height, SpatialStride, width, SpatialStride)
            .permute(0, 2, 4, 6, 1, 3, 5, 7)
            .reshape(batch, time, height, width, CellValues);
    }

    /// <summary>Encodes [B, 3, 1 + 4k, H, W] in [-1, 1] into float32 latents [B, 64, 1 + k, H / 16, W / 16], whose variance over all channels is about 1.</summary>
    public Tensor Encode(Tensor frames)
    {
        Tensor first = frames.slice(2, 0, 1, 1).expand(-1, -1, TemporalStride - 1, -1, -1);
        return nn.functional.linear(ToCells(cat([first, frames], 2)) - mean, analysis).permute(0, 4, 1, 2, 3);
    }

    /// <summary>
    /// Decodes the next latents of a stream, [B, 64, T, h, w], into float32 frames [B, 3, 4T, H, W], about in [-1, 1]; of a stream's
    /// first latent frame only the last of its four frames counts.
    /// </summary>
    /// <param name="latents">As <see cref="Encode"/> makes them.</param>
    /// <param name="past1">The first temporal cache: null at the beginning; replaced.</param>
    /// <param name="past2">The second temporal cache: null at the beginning; replaced.</param>
    public Tensor Decode(Tensor latents, ref Tensor? past1, ref Tensor? past2)
    {
        long batch = latents.shape[0], time = latents.shape[2], rows = latents.shape[3], columns = latents.shape[4];
        Tensor cells = latents.permute(0, 2, 3, 4, 1).reshape(batch * time, rows, columns, LatentChannels);
        Tensor linear = (nn.functional.linear(cells, synthesis) + mean)
            .view(batch, time, rows, columns, 3, TemporalStride, SpatialStride, SpatialStride)
            .permute(0, 4, 1, 5, 2, 6, 3, 7)
            .reshape(batch, 3, time * TemporalStride, rows * SpatialStride, columns * SpatialStride);
        Tensor coarse = decodeCoarse.forward(decodeMix1.Forward(decodeIn.forward(cells), batch, ref past1));
        Tensor middle = decodeMiddle.forward(SpaceToDepth.Unfold(decodeToMiddle.forward(decodeMix2.Forward(coarse, batch, ref past2))));
        Tensor patches = decodeFine.forward(SpaceToDepth.Unfold(decodeToFine.forward(middle)));
        long height = patches.shape[1], width = patches.shape[2];
        return linear + patches.to_type(ScalarType.Float32)
            .view(batch, time, height, width, 3, TemporalStride, Patch, Patch)
            .permute(0, 4, 1, 5, 2, 6, 3, 7)
            .reshape(batch, 3, time * TemporalStride, height * Patch, width * Patch);
    }
}
