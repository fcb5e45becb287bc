using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace RenderFarm.Diffusion.Models.Wan.Text;

/// <summary>
/// Prompts as Wan's pipelines clean them: the ftfy library's repairs, HTML unescaped twice, white space collapsed. Of ftfy's repairs those
/// that prompts meet: misread UTF-8, C1 and other control characters, curly quotation marks, full and half width, Latin ligatures,
/// normalisation form C.
/// </summary>
public static partial class PromptCleaning
{
    private static readonly Dictionary<char, string> Ligatures = new()
    {
        ['\u0132'] = "IJ",
        ['\u0133'] = "ij",
        ['\u0149'] = "\u02BCn",
        ['\u01C4'] = "D\u017D",
        ['\u01C5'] = "D\u017E",
        ['\u01C6'] = "d\u017E",
        ['\u01C7'] = "LJ",
        ['\u01C8'] = "Lj",
        ['\u01C9'] = "lj",
        ['\u01CA'] = "NJ",
        ['\u01CB'] = "Nj",
        ['\u01CC'] = "nj",
        ['\u01F1'] = "DZ",
        ['\u01F2'] = "Dz",
        ['\u01F3'] = "dz",
        ['\uFB00'] = "ff",
        ['\uFB01'] = "fi",
        ['\uFB02'] = "fl",
        ['\uFB03'] = "ffi",
        ['\uFB04'] = "ffl",
        ['\uFB05'] = "\u017Ft",
        ['\uFB06'] = "st",
    };

    /// <summary>The usual forms of U+FF5F to U+FFEE: half-width katakana, hangul and symbols; unassigned ones stand for themselves.</summary>
    private const string UsualWidth =
        "\u2985\u2986\u3002\u300C\u300D\u3001\u30FB\u30F2\u30A1\u30A3\u30A5\u30A7\u30A9\u30E3\u30E5\u30E7\u30C3\u30FC\u30A2\u30A4\u30A6\u30A8\u30AA\u30AB"
        + "\u30AD\u30AF\u30B1\u30B3\u30B5\u30B7\u30B9\u30BB\u30BD\u30BF\u30C1\u30C4\u30C6\u30C8\u30CA\u30CB\u30CC\u30CD\u30CE\u30CF\u30D2\u30D5\u30D8\u30DB"
        + "\u30DE\u30DF\u30E0\u30E1\u30E2\u30E4\u30E6\u30E8\u30E9\u30EA\u30EB\u30EC\u30ED\u30EF\u30F3\u3099\u309A\u1160\u1100\u1101\u11AA\u1102\u11AC\u11AD"
        + "\u1103\u1104\u1105\u11B0\u11B1\u11B2\u11B3\u11B4\u11B5\u111A\u1106\u1107\u1108\u1121\u1109\u110A\u110B\u110C\u110D\u110E\u110F\u1110\u1111\u1112"
        + "\uFFBF\uFFC0\uFFC1\u1161\u1162\u1163\u1164\u1165\u1166\uFFC8\uFFC9\u1167\u1168\u1169\u116A\u116B\u116C\uFFD0\uFFD1\u116D\u116E\u116F\u1170\u1171"
        + "\u1172\uFFD8\uFFD9\u1173\u1174\u1175\uFFDD\uFFDE\uFFDF\u00A2\u00A3\u00AC\u00AF\u00A6\u00A5\u20A9\uFFE7\u2502\u2190\u2191\u2192\u2193\u25A0\u25CB";

    /// <summary>The text as the tokenizer gets it: one line, no white space at either end.</summary>
    public static string Clean(string text)
    {
        // Mended again after unescaping, for entities stand for such characters too.
        return Collapse(Mend(Unescape(Unescape(Mend(text)))));
    }

    private static string Mend(string text)
    {
        string before;
        do
        {
            before = text;
            text = CanonicalComposition.Compose(Plain(Mojibake.Repair(text)));
        }
        while (text != before);

        return text;
    }

    /// <summary>HTML's entities. As Python has it, numbers and the commonest names need no semicolon.</summary>
    private static string Unescape(string text) => WebUtility.HtmlDecode(WithoutSemicolon().Replace(text, "$0;"));

    [GeneratedRegex("&(?>#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|amp|AMP|lt|LT|gt|GT|quot|QUOT|nbsp)(?![0-9a-zA-Z;])", RegexOptions.CultureInvariant)]
    private static partial Regex WithoutSemicolon();

    private static string Plain(string text)
    {
        StringBuilder plain = new(text.Length);
        foreach (char character in text)
        {
            switch (character)
            {
                case '\u02BC' or (>= '\u2018' and <= '\u201B'):
                    plain.Append('\'');
                    break;
                case >= '\u201C' and <= '\u201F':
                    plain.Append('"');
                    break;
                case >= '\uFF01' and <= '\uFF5E':
                    plain.Append((char)(character - 0xFEE0));
                    break;
                case >= '\uFF5F' and <= '\uFFEE':
                    plain.Append(UsualWidth[character - '\uFF5F']);
                    break;
                case >= '\u0080' and <= '\u009F' when Mojibake.Windows1252[character - '\u0080'] is var meant && meant != character:
                    plain.Append(meant);
                    break;
                case >= '\t' and <= '\r':
                    plain.Append(' ');
                    break;
                case < ' ' or (>= '\u007F' and <= '\u009F') or (>= '\u206A' and <= '\u206F') or '\uFEFF' or (>= '\uFFF9' and <= '\uFFFC'):
                    break;
                case var _ when Ligatures.TryGetValue(character, out string? letters):
                    plain.Append(letters);
                    break;
                default:
                    plain.Append(character);
                    break;
            }
        }

        return plain.ToString();
    }

    private static string Collapse(string text)
    {
        StringBuilder collapsed = new(text.Length);
        foreach (char character in text)
        {
            if (!char.IsWhiteSpace(character))
            {
                collapsed.Append(character);
            }
            else if (collapsed.Length > 0 && collapsed[^1] != ' ')
            {
                collapsed.Append(' ');
            }
        }

        return collapsed.ToString().TrimEnd(' ');
    }
}
