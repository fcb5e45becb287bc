using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Vae;

/// <summary>
/// A layer that a stream of frames goes through in chunks. Features are [B, T, H, W, C], contiguous: with the channels last, convolutions
/// run fastest on CPU and GPU alike and the norms read memory in order.
/// </summary>
internal interface IChunkLayer
{
    /// <summary>
    /// The next chunk's features. Takes its argument and disposes it as soon as it is no longer needed, because one tensor at full resolution
    /// is as large as hundreds of frames; the result is the caller's.
    /// </summary>
    Tensor Forward(Tensor chunk, FeatureCache cache);
}
