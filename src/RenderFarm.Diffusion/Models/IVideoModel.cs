using RenderFarm.Models;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models;

/// <summary>
/// A loaded model on one device. Strategies and samplers know no more of a family than this. Not thread-safe: a device
/// executor's thread owns it. The same arguments give the same bits on one kind of device and one thread count.
/// </summary>
public interface IVideoModel : IDisposable
{
    ModelDescriptor Descriptor { get; }

    Device Device { get; }

    /// <summary>
    /// Whether clean frames may lie among noisy ones, told by their timestep 0. Where not, a window's clean frames are noise like the
    /// others while it is denoised, the model knows of them by <see cref="WindowConditions.Clean"/> alone, and they are put in their
    /// places at the end.
    /// </summary>
    bool SeesCleanFrames => true;

    /// <summary>Prepares what a window is conditioned on. The caller disposes the result.</summary>
    Conditioning Condition(WindowConditions conditions);

    /// <summary>Encodes frames [3, F, H, W] in [-1, 1] into latent frames [C, (F - 1) / stride + 1, h, w], owned by the caller.</summary>
    Tensor EncodeFrames(Tensor frames);

    /// <summary>The guided velocity (noise minus data) of a window, float32 [C, T, h, w], owned by the caller.</summary>
    /// <param name="latents">Noisy latents, float32 [C, T, h, w].</param>
    /// <param name="timesteps">
    /// One a latent frame, float32 [T] on the CPU, so that a model can decide by them without waiting for its device: 0 (clean) to 1000
    /// (noise).
    /// </param>
    /// <param name="conditioning">From <see cref="Condition"/> of this model, for this window.</param>
    /// <param name="guidance">Classifier-free guidance scale (arXiv 2207.12598); 1 is none.</param>
    /// <param name="spacing">Latent frames of the film from one of the window's to the next; 1 for consecutive ones.</param>
    Tensor Predict(Tensor latents, Tensor timesteps, Conditioning conditioning, double guidance, int spacing);

    /// <summary>A decoder at the beginning of a stream of latent frames; the caller disposes it.</summary>
    ILatentDecoder CreateDecoder();
}
