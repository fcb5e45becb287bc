using System.Globalization;
using System.Text;

namespace RenderFarm.Diffusion.Models.Wan.Text;

/// <summary>
/// Text whose UTF-8 was read as Windows-1252 or Latin-1 ("Ã©" for "é"). Repaired only where nothing else explains it: every run of such
/// characters must be whole UTF-8, what it gives must be printable, and one sequence at least must be of a kind that no language writes.
/// </summary>
internal static class Mojibake
{
    /// <summary>What Windows-1252 has at 0x80 to 0x9F; unassigned bytes stay what they are in Latin-1.</summary>
    public const string Windows1252 =
        "\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D\u017D\u008F"
        + "\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178";

    /// <summary>The text, repaired or as it was.</summary>
    public static string Repair(string text)
    {
        StringBuilder repaired = new(text.Length);
        List<byte> run = [];
        int evidence = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && ByteOf(text[i]) is { } value)
            {
                run.Add(value);
                continue;
            }

            if (!TryDecode([.. run], repaired, ref evidence))
            {
                return text;
            }

            run.Clear();
            if (i < text.Length)
            {
                repaired.Append(text[i]);
            }
        }

        return evidence >= 2 ? repaired.ToString() : text;
    }

    /// <summary>The byte above 0x7F that a character was read from, or null.</summary>
    private static byte? ByteOf(char character)
    {
        if (character is >= '\u0080' and <= '\u00FF')
        {
            return (byte)character;
        }

        int special = Windows1252.IndexOf(character, StringComparison.Ordinal);
        return special < 0 ? null : (byte)(0x80 + special);
    }

    private static bool TryDecode(ReadOnlySpan<byte> run, StringBuilder repaired, ref int evidence)
    {
        while (!run.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(run, out Rune rune, out int length) != System.Buffers.OperationStatus.Done || !IsPlausible(rune, run[0], length))
            {
                return false;
            }

            // A capital with an accent before a closing quotation mark is two bytes of UTF-8 as well, and proves nothing.
            bool quotes = length == 2 && run[1] is >= 0x91 and <= 0x94;
            evidence += quotes ? 0 : length > 2 || run[0] <= 0xC3 ? 2 : 1;
            repaired.Append(rune);
            run = run[length..];
        }

        return true;
    }

    /// <summary>Printable; of two-byte sequences only those of living alphabets: Latin, Greek, Cyrillic, Hebrew, Arabic.</summary>
    private static bool IsPlausible(Rune rune, byte lead, int length) =>
        (length > 2 || lead is <= 0xC5 or 0xCE or 0xCF or 0xD0 or 0xD1 or 0xD7 or 0xD8 or 0xD9)
        && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse);
}
