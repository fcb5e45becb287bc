using System.Text.RegularExpressions;

namespace RenderFarm.Rendering.PromptExpansion.Pocket;

/// <summary>The regular forms of English words, and the irregular ones that it is given.</summary>
/// <param name="irregular">By the word: all its forms but itself.</param>
internal sealed partial class PocketInflection(IReadOnlyDictionary<string, string[]> irregular)
{
    /// <summary>A verb's forms, itself first: "stop", "stops", "stopped", "stopping".</summary>
    public IReadOnlyList<string> OfVerb(string verb)
    {
        if (irregular.TryGetValue(verb, out string[]? forms))
        {
            return [verb, .. forms];
        }

        string stem = verb.EndsWith('e') && !verb.EndsWith("ee", StringComparison.Ordinal) ? verb[..^1]
            : DoublesItsEnd().IsMatch(verb) ? verb + verb[^1]
            : verb;
        string past = ConsonantAndY().IsMatch(verb) ? $"{verb[..^1]}ied" : verb.EndsWith('e') ? $"{verb}d" : $"{stem}ed";
        return [verb, WithS(verb), past, $"{stem}ing"];
    }

    /// <summary>A noun and its plural.</summary>
    public IReadOnlyList<string> OfNoun(string noun) =>
        irregular.TryGetValue(noun, out string[]? plurals) ? [noun, .. plurals] : [noun, WithS(noun)];

    private static string WithS(string word) =>
        ConsonantAndY().IsMatch(word) ? $"{word[..^1]}ies" : Hisses().IsMatch(word) ? $"{word}es" : $"{word}s";

    [GeneratedRegex("^[^aeiou]*[aeiou][bdgklmnprt]$")]
    private static partial Regex DoublesItsEnd();

    [GeneratedRegex("[^aeiou]y$")]
    private static partial Regex ConsonantAndY();

    [GeneratedRegex("(?:s|x|z|ch|sh)$")]
    private static partial Regex Hisses();
}
