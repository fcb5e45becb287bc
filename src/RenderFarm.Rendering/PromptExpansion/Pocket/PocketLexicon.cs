using System.Text.Json;
using System.Text.RegularExpressions;
using RenderFarm.Diffusion.Models.Pocket;

namespace RenderFarm.Rendering.PromptExpansion.Pocket;

/// <summary>The English that pocket's few words stand for, from <c>pocket-lexicon.json</c>.</summary>
internal sealed partial class PocketLexicon
{
    private readonly Dictionary<string, (PocketAttribute Attribute, string Value, bool IsNear)> _phrases = new(StringComparer.Ordinal);
    private readonly HashSet<string> _silent = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, string>> _usualBySubject = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _usual = new(StringComparer.Ordinal);
    private readonly int _longest;

    private PocketLexicon(JsonElement json)
    {
        Read(json, PocketAttribute.Colour, PocketVocabulary.Colours);
        Read(json, PocketAttribute.Subject, PocketVocabulary.Subjects);
        Read(json, PocketAttribute.Action, PocketVocabulary.Actions);
        Read(json, PocketAttribute.Place, PocketVocabulary.Places);
        Read(json, PocketAttribute.Time, PocketVocabulary.Times);
        Read(json, PocketAttribute.Weather, PocketVocabulary.Weathers);
        foreach (JsonProperty usual in json.GetProperty("usual").EnumerateObject())
        {
            if (usual.Value.ValueKind == JsonValueKind.String)
            {
                _usual[usual.Name] = usual.Value.GetString()!;
            }
            else
            {
                _usualBySubject[usual.Name] = usual.Value.Deserialize<Dictionary<string, string>>()!;
            }
        }

        _silent.UnionWith(json.GetProperty("silent").Deserialize<string[]>()!);
        _longest = _phrases.Keys.Max(phrase => phrase.Split(' ').Length);
    }

    public static PocketLexicon Default { get; } = Load();

    /// <summary>What an attribute is where nobody says it.</summary>
    public string Usual(PocketAttribute attribute, string subject) =>
        _usual.TryGetValue(KeyOf(attribute), out string? usual) ? usual : _usualBySubject[KeyOf(attribute)][subject];

    /// <summary>Understands one shot's words; the longest phrase wins.</summary>
    public PocketReading Read(string shot)
    {
        string[] words = [.. Word().Matches(shot.ToLowerInvariant()).Select(match => match.Value)];
        var mentions = new List<PocketMention>();
        var unknown = new List<int>();
        for (int start = 0; start < words.Length;)
        {
            int length = Math.Min(_longest, words.Length - start);
            while (length > 0 && !_phrases.ContainsKey(Phrase(words, start, length)))
            {
                length--;
            }

            if (length > 0)
            {
                string text = Phrase(words, start, length);
                (PocketAttribute attribute, string value, bool isNear) = _phrases[text];
                mentions.Add(new PocketMention(attribute, value, isNear, text, start, start + length));
            }
            else if (words[start] != "," && !_silent.Contains(words[start]))
            {
                unknown.Add(start);
            }

            start += Math.Max(length, 1);
        }

        return new PocketReading(words, mentions, unknown);
    }

    private static PocketLexicon Load()
    {
        using Stream stream = typeof(PocketLexicon).Assembly.GetManifestResourceStream("pocket-lexicon.json")!;
        using JsonDocument json = JsonDocument.Parse(stream);
        return new PocketLexicon(json.RootElement);
    }

    private static string Phrase(string[] words, int start, int length) => string.Join(' ', words, start, length);

    private static string KeyOf(PocketAttribute attribute) => attribute.ToString().ToLowerInvariant();

    private void Read(JsonElement json, PocketAttribute attribute, IReadOnlyList<string> vocabulary)
    {
        JsonElement entries = json.GetProperty(KeyOf(attribute));
        foreach (string value in vocabulary)
        {
            _phrases.Add(value, (attribute, value, false));
            JsonElement entry = entries.GetProperty(value);
            foreach ((string kind, bool isNear) in (ReadOnlySpan<(string, bool)>)[("same", false), ("near", true)])
            {
                foreach (JsonElement phrase in entry.GetProperty(kind).EnumerateArray())
                {
                    _phrases.Add(phrase.GetString()!, (attribute, value, isNear));
                }
            }
        }
    }

    [GeneratedRegex(@"[\p{L}\p{N}][\p{L}\p{N}'’-]*|,")]
    private static partial Regex Word();
}
