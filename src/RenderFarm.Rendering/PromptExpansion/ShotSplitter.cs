using System.Text.RegularExpressions;

namespace RenderFarm.Rendering.PromptExpansion;

/// <summary>Cuts a user's words where one shot ends and the next begins: between sentences and at words such as "then".</summary>
internal static partial class ShotSplitter
{
    /// <summary>The shots' words in the order of time; one or more.</summary>
    /// <param name="prompt">Not empty.</param>
    public static IReadOnlyList<ShotWords> Split(string prompt)
    {
        var shots = new List<ShotWords>();
        int start = 0;
        bool isLater = false;
        foreach (Match border in Border().Matches(prompt))
        {
            Add(prompt[start..border.Index]);
            start = border.Index + border.Length;
            isLater |= border.ValueSpan.IndexOfAnyInRange('A', 'z') >= 0;
        }

        Add(prompt[start..]);
        return shots.Count > 0 ? shots : [new ShotWords(prompt.Trim(), false)];

        void Add(string piece)
        {
            string text = piece.Trim(' ', ',', '\t');
            if (text.Length > 0)
            {
                shots.Add(new ShotWords(text, isLater));
                isLater = false;
            }
        }
    }

    [GeneratedRegex(
        @"[!?;\r\n]+|\.(?!\d)|,?\s*\b(?:and\s+|but\s+)?(?:then|after\s+that|after\s+a\s+while|afterwards|finally|eventually|at\s+last|suddenly|"
        + @"until|later\s+on|(?:(?:a\s+few\s+)?(?:moments|seconds|minutes)|a\s+moment|a\s+while)\s+later|before(?=\s+(?:it|night|\w+ing)\b)|"
        + @"next(?!\s+to))\b,?",
        RegexOptions.IgnoreCase)]
    private static partial Regex Border();
}
