using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace RenderFarm.Rendering.PromptExpansion.Language;

/// <summary>Makes plain text of one line of what a stranger wrote.</summary>
internal static partial class CaptionText
{
    /// <summary>Signs of markup and templates, which no caption needs.</summary>
    private const string Markup = "<>*`#_[]{}|\\~^";

    /// <summary>The words without terminal sequences, tags, markup, and characters that are not seen; may be empty.</summary>
    public static string Clean(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (Rune rune in Tags().Replace(TerminalSequences().Replace(text, ""), " ").EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune))
            {
                if (plain.Length > 0 && plain[^1] != ' ')
                {
                    plain.Append(' ');
                }
            }
            else if (IsSeen(rune) && !(rune.IsAscii && Markup.Contains((char)rune.Value, StringComparison.Ordinal)))
            {
                plain.Append(rune.ToString());
            }
        }

        return plain.ToString().TrimEnd();
    }

    /// <summary>Not so a control character, one that turns the direction of text, or half of a pair.</summary>
    private static bool IsSeen(Rune rune) => rune != Rune.ReplacementChar
        && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);

    /// <summary>ECMA-48: strings of a device or the operating system up to their end, control sequences, and two-character escapes.</summary>
    [GeneratedRegex(
        @"(?:\x1b[P\]X^_]|[\x90\x9d\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"
        + @"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
        + @"|\x1b[ -/]*[0-~]")]
    private static partial Regex TerminalSequences();

    [GeneratedRegex("<[^<>]*>")]
    private static partial Regex Tags();
}
