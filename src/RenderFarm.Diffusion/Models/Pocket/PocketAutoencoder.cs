using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Pocket;

/// <summary>
/// pocket's autoencoder: 4x16x16 pixels a latent cell, causal in time. Frames are cut into 4x4x4 patches first and then mostly
/// convolved frame by frame (as LTX-Video does, arXiv 2501.00103); the first frame alone makes the first latent frame.
/// </summary>
public sealed class PocketAutoencoder : nn.Module
{
    /// <summary>Channels of a latent frame.</summary>
    public const int LatentChannels = 32;

    /// <summary>Frames a latent frame.</summary>
    public const int TemporalStride = 4;

    /// <summary>Pixels a latent cell, both ways.</summary>
    public const int SpatialStride = 16;

    private const int Patch = 4;
    private const int Fine = 96;
    private const int Middle = 160;
    private const int Coarse = 256;
    private const int PatchChannels = 3 * TemporalStride * Patch * Patch;

    private readonly nn.Module<Tensor, Tensor> encodeFine;
    private readonly nn.Module<Tensor, Tensor> encodeMiddle;
    private readonly nn.Module<Tensor, Tensor> encodeCoarse;
    private readonly TemporalMix encodeMix;
    private readonly nn.Module<Tensor, Tensor> encodeOut;
    private readonly PocketConv decodeIn;
    private readonly TemporalMix decodeMix1;
    private readonly nn.Module<Tensor, Tensor> decodeCoarse;
    private readonly TemporalMix decodeMix2;
    private readonly nn.Module<Tensor, Tensor> decodeMiddle;
    private readonly nn.Module<Tensor, Tensor> decodeFine;

    /// <param name="compute">The precision of convolutions: <see cref="ScalarType.BFloat16"/> or <see cref="ScalarType.Float32"/>.</param>
    public PocketAutoencoder(ScalarType compute)
        : base(nameof(PocketAutoencoder))
    {
        ResidualBlock Block(int channels) => new(channels, compute);
        PocketConv Conv(int inputs, int outputs, int kernel = 1) => new(inputs, outputs, kernel, compute);

        encodeFine = nn.Sequential(Conv(PatchChannels, Fine), Block(Fine), nn.PixelUnshuffle(2));
        encodeMiddle = nn.Sequential(Conv(4 * Fine, Middle), Block(Middle), Block(Middle), nn.PixelUnshuffle(2));
        encodeCoarse = nn.Sequential(Conv(4 * Middle, Coarse), Block(Coarse));
        encodeMix = new TemporalMix(Coarse, compute);
        encodeOut = nn.Sequential(Block(Coarse), new ChannelNorm(Coarse), Conv(Coarse, LatentChannels));
        decodeIn = Conv(LatentChannels, Coarse, 3);
        decodeMix1 = new TemporalMix(Coarse, compute);
        decodeCoarse = nn.Sequential(Block(Coarse), Block(Coarse));
        decodeMix2 = new TemporalMix(Coarse, compute);
        decodeMiddle = nn.Sequential(Conv(Coarse, 4 * Middle), nn.PixelShuffle(2), Block(Middle), Block(Middle), Block(Middle));
        decodeFine = nn.Sequential(
            Conv(Middle, 4 * Fine), nn.PixelShuffle(2), Block(Fine), Block(Fine), new ChannelNorm(Fine), Conv(Fine, PatchChannels, 3));
        RegisterComponents();
    }

    /// <summary>Encodes [B, 3, 1 + 4k, H, W] in [-1, 1] into float32 latents [B, 32, 1 + k, H / 16, W / 16], not normalised.</summary>
    public Tensor Encode(Tensor frames)
    {
        long batch = frames.shape[0];
        Tensor first = frames.slice(2, 0, 1, 1).expand(-1, -1, TemporalStride - 1, -1, -1);
        Tensor whole = cat([first, frames], 2);
        long time = whole.shape[2] / TemporalStride, height = whole.shape[3] / Patch, width = whole.shape[4] / Patch;
        Tensor patches = whole.view(batch, 3, time, TemporalStride, height, Patch, width, Patch)
            .permute(0, 2, 1, 3, 5, 7, 4, 6)
            .reshape(batch * time, PatchChannels, height, width);
        Tensor? past = null;
        Tensor coarse = encodeCoarse.forward(encodeMiddle.forward(encodeFine.forward(patches)));
        Tensor latents = encodeOut.forward(encodeMix.Forward(coarse, batch, ref past)).to_type(ScalarType.Float32);
        return latents.view(batch, time, LatentChannels, latents.shape[2], latents.shape[3]).transpose(1, 2);
    }

    /// <summary>
    /// Decodes the next latents of a stream, [B, 32, T, h, w], into float32 frames [B, 3, 4T, H, W], about in [-1, 1]; of a stream's
    /// first latent frame only the last of its four frames counts.
    /// </summary>
    /// <param name="latents">Not normalised.</param>
    /// <param name="past1">The first temporal cache: null at the beginning; replaced.</param>
    /// <param name="past2">The second temporal cache: null at the beginning; replaced.</param>
    public Tensor Decode(Tensor latents, ref Tensor? past1, ref Tensor? past2)
    {
        long batch = latents.shape[0], time = latents.shape[2];
        Tensor input = latents.transpose(1, 2).reshape(batch * time, LatentChannels, latents.shape[3], latents.shape[4]);
        Tensor coarse = decodeCoarse.forward(decodeMix1.Forward(decodeIn.forward(input), batch, ref past1));
        Tensor patches = decodeFine.forward(decodeMiddle.forward(decodeMix2.Forward(coarse, batch, ref past2)));
        long height = patches.shape[2], width = patches.shape[3];
        return patches.to_type(ScalarType.Float32)
            .view(batch, time, 3, TemporalStride, Patch, Patch, height, width)
            .permute(0, 2, 1, 3, 6, 4, 7, 5)
            .reshape(batch, 3, time * TemporalStride, height * Patch, width * Patch);
    }
}
