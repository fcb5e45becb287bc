using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models;

/// <summary>A window's text as its model wants it: row 0 for the negative caption, row 1 for the caption. Owns its tensors.</summary>
public sealed class Conditioning(Tensor tokens) : IDisposable
{
    /// <summary>Token ids or embeddings, [2, N] or [2, N, D].</summary>
    public Tensor Tokens { get; } = tokens;

    public void Dispose() => Tokens.Dispose();
}
