using System.Text.RegularExpressions;

namespace RenderFarm.Rendering.PromptExpansion;

/// <summary>Cuts a user's words where one shot ends and the next begins: between sentences and at words such as "then".</summary>
internal static partial class ShotSplitter
{
    /// <summary>The shots' words in the order of time, trimmed; one or more.</summary>
    /// <param name="prompt">Not empty.</param>
    public static IReadOnlyList<string> Split(string prompt)
    {
        string[] shots = Border().Split(prompt).Select(shot => shot.Trim(' ', ',', '\t')).Where(shot => shot.Length > 0).ToArray();
        return shots.Length > 0 ? shots : [prompt.Trim()];
    }

    [GeneratedRegex(
        @"[!?;\r\n]+|\.(?!\d)|,?\s*\b(?:and\s+|but\s+)?(?:then|after\s+that|afterwards|finally|at\s+last|suddenly|until|next(?!\s+to))\b,?",
        RegexOptions.IgnoreCase)]
    private static partial Regex Border();
}
