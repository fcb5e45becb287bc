using System.Globalization;

namespace RenderFarm.Diffusion.Models.Wan.Text;

/// <summary>A SentencePiece unigram model (arXiv 1808.06226, 1804.10959): pieces with their scores, and how text is normalised.</summary>
public sealed record SentencePieceModel
{
    /// <summary>By id.</summary>
    public required IReadOnlyList<SentencePiece> Pieces { get; init; }

    /// <summary>The id of what no piece covers.</summary>
    public required int UnknownId { get; init; }

    /// <summary>The id that closes a text.</summary>
    public required int EndId { get; init; }

    /// <summary>The id that fills a row up.</summary>
    public required int PaddingId { get; init; }

    /// <summary>Whether a character that no piece covers becomes its UTF-8 bytes instead of <see cref="UnknownId"/>.</summary>
    public bool ByteFallback { get; init; }

    /// <summary>The compiled rules of normalisation; empty for none.</summary>
    public ReadOnlyMemory<byte> CharsMap { get; init; }

    /// <summary>Whether a text begins with a space whether it has one or not.</summary>
    public bool AddDummyPrefix { get; init; } = true;

    /// <summary>Whether runs of spaces become one, and those at both ends none.</summary>
    public bool RemoveExtraWhitespaces { get; init; } = true;

    /// <summary>Whether spaces become U+2581.</summary>
    public bool EscapeWhitespaces { get; init; } = true;

    /// <summary>What is wrong with the model, or null.</summary>
    public string? Fault()
    {
        if (!Pieces.Any(piece => piece.Kind == SentencePieceKind.Normal))
        {
            return "it has no piece of text";
        }

        if (!Is(UnknownId, SentencePieceKind.Unknown) || !Is(EndId, SentencePieceKind.Control) || PaddingId < 0 || PaddingId >= Pieces.Count)
        {
            return $"unk_id {UnknownId}, eos_id {EndId} and pad_id {PaddingId} are not the unknown piece, a control piece and a piece";
        }

        HashSet<string> seen = new(StringComparer.Ordinal);
        for (int id = 0; id < Pieces.Count; id++)
        {
            SentencePiece piece = Pieces[id];
            if (piece.Text.Length == 0 || !float.IsFinite(piece.Score) || !Enum.IsDefined(piece.Kind) || !seen.Add(piece.Text))
            {
                return $"piece {id} is '{piece.Text}' with score {piece.Score} and type {(int)piece.Kind}, empty, not finite, unknown or there twice";
            }
        }

        return ByteFallback && ByteIds().Contains(-1) ? "it falls back on bytes, but has not all 256 of them" : null;

        bool Is(int id, SentencePieceKind kind) => id >= 0 && id < Pieces.Count && Pieces[id].Kind == kind;
    }

    /// <summary>The ids of the pieces <c>&lt;0x00&gt;</c> to <c>&lt;0xFF&gt;</c>; -1 where there is none.</summary>
    public int[] ByteIds()
    {
        int[] ids = new int[256];
        ids.AsSpan().Fill(-1);
        for (int id = 0; id < Pieces.Count; id++)
        {
            if (Pieces[id].Kind == SentencePieceKind.Byte && ByteOf(Pieces[id].Text) is { } value)
            {
                ids[value] = id;
            }
        }

        return ids;
    }

    /// <summary>The byte that a piece's text names as <c>&lt;0x41&gt;</c>, or null.</summary>
    public static byte? ByteOf(string text) =>
        text.Length == 6 && text.StartsWith("<0x", StringComparison.Ordinal) && text[5] == '>'
        && byte.TryParse(text.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value) ? value : null;
}
