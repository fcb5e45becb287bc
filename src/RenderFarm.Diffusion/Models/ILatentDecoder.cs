using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models;

/// <summary>Decodes one stream of latent frames with a feature cache, so that memory does not grow with the film.</summary>
public interface ILatentDecoder : IDisposable
{
    /// <summary>
    /// Decodes the stream's next latent frames [C, T, h, w] into frames, uint8 [F, H, W, 3] on the CPU, owned by the caller.
    /// The stream's first latent frame gives one frame, each other one as many as the temporal stride.
    /// </summary>
    Tensor Decode(Tensor latents);
}
