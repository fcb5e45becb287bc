using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Transformer;

/// <summary>What one block's tokens attend to in a context: keys and values, each [B, H, rows, d]. Owns them.</summary>
/// <param name="Text">Of the text's rows.</param>
/// <param name="Image">Of the image's rows, where the model takes an image.</param>
internal sealed record ContextKeys((Tensor Key, Tensor Value) Text, (Tensor Key, Tensor Value)? Image) : IDisposable
{
    /// <summary>Takes the tensors out of the current dispose scope.</summary>
    public ContextKeys Detach()
    {
        Text.Key.DetachFromDisposeScope();
        Text.Value.DetachFromDisposeScope();
        Image?.Key.DetachFromDisposeScope();
        Image?.Value.DetachFromDisposeScope();
        return this;
    }

    public void Dispose()
    {
        Text.Key.Dispose();
        Text.Value.Dispose();
        Image?.Key.Dispose();
        Image?.Value.Dispose();
    }
}
