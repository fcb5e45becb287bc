using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models;

/// <summary>A window's text as its model wants it: row 0 for the negative caption, row 1 for the caption. Owns its tensors.</summary>
public sealed class Conditioning(Tensor tokens) : IDisposable
{
    /// <summary>What the model's text encoder made of them, [2, ...].</summary>
    public Tensor Tokens { get; } = tokens;

    public void Dispose() => Tokens.Dispose();
}
