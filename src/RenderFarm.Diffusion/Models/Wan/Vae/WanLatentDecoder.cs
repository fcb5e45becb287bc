using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Vae;

/// <summary>A stream of the Wan VAE as pictures of bytes.</summary>
/// <param name="stream">Becomes this decoder's own.</param>
public sealed class WanLatentDecoder(WanVaeDecoder stream) : ILatentDecoder
{
    /// <summary>The stream, to save and restore; it stays this decoder's.</summary>
    public WanVaeDecoder Stream { get; } = stream;

    public Tensor Decode(Tensor latents)
    {
        using IDisposable gradients = no_grad();
        using IDisposable scope = NewDisposeScope();

        // Bytes are made on the device, so that one copy at the end is all that the host waits for.
        Tensor pictures = Stream.Decode(latents.unsqueeze(0), frames => frames.add_(1).mul_(127.5).round_().to_type(ScalarType.Byte));
        return pictures.squeeze(0).cpu().MoveToOuterDisposeScope();
    }

    public void Dispose() => Stream.Dispose();
}
