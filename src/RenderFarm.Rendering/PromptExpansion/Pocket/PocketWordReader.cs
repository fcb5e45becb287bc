using RenderFarm.Diffusion.Models.Pocket;

namespace RenderFarm.Rendering.PromptExpansion.Pocket;

/// <summary>Cuts a shot's words into phrases that the lexicon knows, past small slips of spelling.</summary>
internal sealed class PocketWordReader(PocketLexicon lexicon)
{
    /// <param name="shot">The user's words.</param>
    /// <param name="notes">Takes a note for each word that was read as another.</param>
    public IReadOnlyList<PocketPiece> Read(string shot, ICollection<string> notes)
    {
        string[] words =
        [
            .. PocketWords.Of(shot)
                .Where(joined => !DescribesAPart(joined))
                .SelectMany(joined => joined)
                .Select(Known)
                .Where(word => word.Length > 0),
        ];
        var pieces = new List<PocketPiece>();
        for (int start = 0; start < words.Length;)
        {
            (PocketEntry entry, int length) = lexicon.Match(words, start);
            if (length == 1 && start + 1 < words.Length && IsLikeness(entry, words[start + 1], words.ElementAtOrDefault(start + 2)))
            {
                start += 2;
                continue;
            }

            pieces.Add(new PocketPiece(entry, string.Join(' ', words, start, length), pieces.Count));
            start += length;
        }

        return pieces;

        string Known(string written)
        {
            string word = lexicon.Spell(written);
            if (lexicon.Drops(word))
            {
                return "";
            }

            if (!lexicon.Knows(word) && lexicon.Correct(word) is { } meant)
            {
                notes.Add($"reading '{word}' as {meant}");
                return meant;
            }

            return word;
        }
    }

    /// <summary>Whether a word and the next only tell what something looks like, as "star shaped" and "desert coloured" do.</summary>
    private static bool IsLikeness(PocketEntry entry, string next, string? afterNext) =>
        (next == "shaped" && afterNext is not ("like" or "as")) || (next is "coloured" or "themed" && entry.Meanings.All(meaning => meaning.Attribute != PocketAttribute.Colour));

    /// <summary>Whether words joined by hyphens tell the colour of a part, as "red-roofed" does; "red-painted" does not.</summary>
    private bool DescribesAPart(IReadOnlyList<string> joined) =>
        joined.Count == 2
        && joined[1].EndsWith("ed", StringComparison.Ordinal)
        && EntryOf(joined[0]).Meanings.Any(meaning => meaning.Attribute == PocketAttribute.Colour)
        && EntryOf(joined[1]) is { Kind: not PocketWordKind.Link } part
        && part.Meanings.All(meaning => meaning.Attribute != PocketAttribute.Colour);

    private PocketEntry EntryOf(string word) => lexicon.Match([lexicon.Spell(word)], 0).Entry;
}
