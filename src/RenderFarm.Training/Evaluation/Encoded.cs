using RenderFarm.Diffusion.Models;
using RenderFarm.Diffusion.Tensors;
using static TorchSharp.torch;

namespace RenderFarm.Training.Evaluation;

/// <summary>Frames as a model's latents.</summary>
internal static class Encoded
{
    /// <summary>Latent frames [C, 1 + (F - 1) / stride, h, w] of a clip from its first frame on, owned by the caller.</summary>
    /// <param name="model">Whose latents.</param>
    /// <param name="frames">uint8 [F, H, W, 3]; borrowed.</param>
    public static Tensor Of(IVideoModel model, Tensor frames)
    {
        using IDisposable pause = CollectionPause.Begin();
        using IDisposable gradients = no_grad();
        using IDisposable scope = NewDisposeScope();
        Tensor planes = ((frames.to_type(ScalarType.Float32) / 127.5) - 1).permute(3, 0, 1, 2).contiguous();
        return model.EncodeFrames(planes.to(model.Device)).MoveToOuterDisposeScope();
    }
}
