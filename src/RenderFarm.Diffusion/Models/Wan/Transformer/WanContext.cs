using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Transformer;

/// <summary>
/// A prompt, and an image where the model takes one, made ready for a transformer once instead of in every step. Belongs to the
/// transformer that made it; owned by the caller. Holds the embedded rows and, if asked for, every block's keys and values of them.
/// </summary>
public sealed class WanContext : IDisposable
{
    private readonly IReadOnlyList<ContextKeys> _keys;

    /// <param name="text">Embedded rows of the text, [B, rows, D]; becomes the context's.</param>
    /// <param name="image">Embedded rows of the image, [B, N, D]; becomes the context's.</param>
    public WanContext(Tensor text, Tensor? image = null)
        : this(text, image, [])
    {
    }

    internal WanContext(Tensor text, Tensor? image, IReadOnlyList<ContextKeys> keys)
    {
        Text = text.DetachFromDisposeScope();
        Image = image?.DetachFromDisposeScope();
        _keys = keys;
    }

    public Tensor Text { get; }

    public Tensor? Image { get; }

    /// <summary>A block's keys and values, or null where the block shall project them itself.</summary>
    internal ContextKeys? Keys(int block) => block < _keys.Count ? _keys[block] : null;

    public void Dispose()
    {
        Text.Dispose();
        Image?.Dispose();
        foreach (ContextKeys keys in _keys)
        {
            keys.Dispose();
        }
    }
}
