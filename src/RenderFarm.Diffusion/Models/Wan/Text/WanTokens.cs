namespace RenderFarm.Diffusion.Models.Wan.Text;

/// <summary>A prompt as the text encoder reads it: <see cref="Length"/> ids, the text's first, then padding.</summary>
public sealed class WanTokens
{
    /// <summary>Rows that the transformer attends to, whatever the text's length.</summary>
    public const int Length = 512;

    private readonly long[] _ids = new long[Length];

    /// <param name="pieces">The text's ids without an end; what does not fit with it is cut off.</param>
    /// <param name="end">The id that closes every text.</param>
    /// <param name="padding">The id that fills the rest.</param>
    public WanTokens(IReadOnlyList<long> pieces, long end, long padding)
    {
        int kept = Math.Min(pieces.Count, Length - 1);
        for (int i = 0; i < Length; i++)
        {
            _ids[i] = i < kept ? pieces[i] : i == kept ? end : padding;
        }

        Count = kept + 1;
        IsCut = pieces.Count > kept;
    }

    /// <summary><see cref="Length"/> of them.</summary>
    public IReadOnlyList<long> Ids => _ids;

    /// <summary>How many are the text's, its end among them.</summary>
    public int Count { get; }

    /// <summary>Whether the text was too long.</summary>
    public bool IsCut { get; }

    /// <summary>1 for each of the text's ids, then 0.</summary>
    public IEnumerable<long> Mask => Enumerable.Range(0, Length).Select(i => i < Count ? 1L : 0L);
}
