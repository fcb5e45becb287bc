using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models;

/// <summary>A window's conditions as its model wants them, and what the model remembers of the window from step to step. Owns its tensors.</summary>
/// <param name="tokens">The text: row 0 the negative caption, row 1 the caption, [2, ...].</param>
public class Conditioning(Tensor tokens) : IDisposable
{
    /// <summary>What the model's text encoder made of the captions, [2, ...].</summary>
    public Tensor Tokens { get; } = tokens.DetachFromDisposeScope();

    /// <summary>A copy of what the next step needs of those before, owned by the caller; empty where that is nothing.</summary>
    public virtual IReadOnlyDictionary<string, Tensor> Save() => new Dictionary<string, Tensor>();

    /// <summary>Goes on from what was saved. The state is copied.</summary>
    public virtual void Restore(IReadOnlyDictionary<string, Tensor> state)
    {
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            Tokens.Dispose();
        }
    }
}
