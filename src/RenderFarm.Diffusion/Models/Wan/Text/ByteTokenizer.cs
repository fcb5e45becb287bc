using System.Text;

namespace RenderFarm.Diffusion.Models.Wan.Text;

/// <summary>
/// Ids of UTF-8 bytes, as ByT5 has them (arXiv 2105.13626): padding 0, end 1, unknown 2, then the bytes. For encoders too small for a
/// vocabulary of words; one that has fewer rows than there are bytes reads those beyond it as unknown.
/// </summary>
/// <param name="vocabularySize">Rows of the encoder's embedding.</param>
public sealed class ByteTokenizer(int vocabularySize) : IWanTokenizer
{
    private const long Unknown = 2;
    private const int First = 3;

    public int Size { get; } = Math.Min(vocabularySize, First + 256);

    public WanTokens Encode(string text) =>
        new([.. Encoding.UTF8.GetBytes(text).Select(value => First + value < Size ? First + (long)value : Unknown)], end: 1, padding: 0);
}
