using System.Text.RegularExpressions;

namespace RenderFarm.Rendering.PromptExpansion.Pocket;

/// <summary>Cuts text into words.</summary>
internal static partial class PocketWords
{
    /// <summary>The ending of "the cat's", which is a word of its own.</summary>
    public const string Possessive = "'s";

    /// <summary>The words in lower case, endings such as "'s" apart; those that hyphens join are together. A comma and its like are ",".</summary>
    /// <param name="text">The user's words, or a phrase of the lexicon with its marks.</param>
    public static IEnumerable<IReadOnlyList<string>> Of(string text)
    {
        foreach (Match match in Token().Matches(text.ToLowerInvariant().Replace('’', '\'')))
        {
            yield return char.IsLetterOrDigit(match.ValueSpan[^1]) ? [.. match.Value.Split('-').SelectMany(WithoutEnding)] : [","];
        }
    }

    /// <summary>A word and the ending that an apostrophe sets off, where that means something.</summary>
    private static IEnumerable<string> WithoutEnding(string word)
    {
        int mark = word.IndexOf('\'', StringComparison.Ordinal);
        if (mark < 0)
        {
            return [word];
        }

        string stem = word[..mark];
        return word[mark..] switch
        {
            "'t" when stem.EndsWith('n') => [stem is "can" or "won" ? stem : stem[..^1], "not"],
            "'s" when stem is "it" or "he" or "she" or "there" or "that" or "who" or "here" or "what" => [stem, "is"],
            "'s" => [stem, Possessive],
            "'re" => [stem, "are"],
            _ => [stem],
        };
    }

    [GeneratedRegex(@"~?[\p{L}\p{N}]+(?:['-][\p{L}\p{N}]+)*|[,:()\[\]–—""|/]|(?<=\s)-+(?=\s)")]
    private static partial Regex Token();
}
