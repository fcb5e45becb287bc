using Microsoft.ML.Tokenizers;
using RenderFarm.Errors;

namespace RenderFarm.Diffusion.Models.Pocket;

/// <summary>pocket's tokens: the words of its captions, whole. Other words are passed over, for no training has said what they mean.</summary>
public sealed class PocketTokenizer
{
    /// <summary>Tokens that the encoder reads; what a caption has beyond them is cut off.</summary>
    public const int Length = 64;

    /// <summary>The token that fills what a caption leaves of <see cref="Length"/>.</summary>
    public const long Padding = 0;

    private const string Unknown = "[UNK]";
    private const string Continuing = "##";

    /// <summary>What captions have of single characters; the others are in the vocabulary so that unknown words can be told from known ones.</summary>
    private const string Characters = "a,.";

    private readonly WordPieceTokenizer _tokenizer;
    private readonly string[] _pieces;

    /// <param name="vocabulary">A file with one piece a line, as <see cref="VocabularyOf"/> makes it.</param>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/>, naming the file.</exception>
    public PocketTokenizer(string vocabulary)
    {
        try
        {
            _pieces = File.ReadAllLines(vocabulary);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RenderFarmException(ErrorCodes.InvalidModel, $"'{vocabulary}' cannot be read: {exception.Message}", exception);
        }

        if (!_pieces.Contains(Unknown))
        {
            throw new RenderFarmException(ErrorCodes.InvalidModel, $"'{vocabulary}' is not a vocabulary: it has no line {Unknown}");
        }

        _tokenizer = BertTokenizer.Create(vocabulary);
    }

    /// <summary>Pieces in the vocabulary.</summary>
    public int Size => _pieces.Length;

    /// <summary>The pieces of a vocabulary that holds the given words whole.</summary>
    public static IReadOnlyList<string> VocabularyOf(IEnumerable<string> words)
    {
        string[] letters = [.. "abcdefghijklmnopqrstuvwxyz0123456789,.'-".Select(letter => letter.ToString())];
        return [.. new[] { "[PAD]", Unknown, "[CLS]", "[SEP]", "[MASK]" }
            .Concat(letters)
            .Concat(letters.Select(letter => Continuing + letter))
            .Concat(words.Order(StringComparer.Ordinal))
            .Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The ids of a caption's known words, <see cref="Length"/> of them, padded.</summary>
    public long[] Encode(string caption)
    {
        long[] ids = new long[Length];
        int at = 0;
        IReadOnlyList<int> pieces = _tokenizer.EncodeToIds(caption);
        for (int i = 0; i < pieces.Count && at < Length; i++)
        {
            string piece = _pieces[pieces[i]];
            bool isWhole = !Continues(i) && !Continues(i + 1) && piece != Unknown;
            if (isWhole && (piece.Length > 1 || Characters.Contains(piece, StringComparison.Ordinal)))
            {
                ids[at++] = pieces[i];
            }
        }

        return ids;

        bool Continues(int i) => i < pieces.Count && _pieces[pieces[i]].StartsWith(Continuing, StringComparison.Ordinal);
    }
}
