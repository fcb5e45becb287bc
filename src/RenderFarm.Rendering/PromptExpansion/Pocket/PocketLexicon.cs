using System.Text.Json;
using RenderFarm.Diffusion.Models.Pocket;

namespace RenderFarm.Rendering.PromptExpansion.Pocket;

/// <summary>The English that pocket's few words stand for, from <c>pocket-lexicon.json</c>.</summary>
internal sealed class PocketLexicon
{
    /// <summary>The action of words that only say that the subject moves; <see cref="Going"/> says how.</summary>
    public const string Goes = "goes";

    private const int ShortestMisspelled = 5;

    private static readonly PocketAttribute[] Kinds =
    [
        PocketAttribute.Size, PocketAttribute.Colour, PocketAttribute.Subject, PocketAttribute.Action, PocketAttribute.Place,
        PocketAttribute.Time, PocketAttribute.Weather, PocketAttribute.Camera, PocketAttribute.Occluder, PocketAttribute.Event,
    ];

    private readonly Dictionary<string, PocketEntry> _phrases = new(StringComparer.Ordinal);
    private readonly HashSet<string> _words = new(StringComparer.Ordinal);
    private readonly List<string> _meant = [];
    private readonly HashSet<string> _dropped;
    private readonly HashSet<string> _distinct;
    private readonly HashSet<string> _yielding;
    private readonly HashSet<string> _travels;
    private readonly Dictionary<string, string> _spelling;
    private readonly Dictionary<string, string> _colourOf;
    private readonly Dictionary<string, Dictionary<string, string>> _instead;
    private readonly Dictionary<string, string> _usual = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, string>> _usualBySubject = new(StringComparer.Ordinal);
    private readonly PocketInflection _inflection;
    private readonly int _longest;

    private PocketLexicon(JsonElement json)
    {
        _inflection = new PocketInflection(Get<Dictionary<string, string[]>>("irregular"));
        _yielding = Get<HashSet<string>>("yielding");
        _dropped = Get<HashSet<string>>("dropped");
        _distinct = Get<HashSet<string>>("distinct");
        _travels = Get<HashSet<string>>("travels");
        _spelling = Get<Dictionary<string, string>>("spelling");
        _colourOf = Get<Dictionary<string, string>>("colourOf");
        _instead = Get<Dictionary<string, Dictionary<string, string>>>("instead");
        foreach (PocketAttribute attribute in Kinds)
        {
            ReadMeanings(json.GetProperty(KeyOf(attribute)), attribute);
        }

        foreach (JsonProperty kind in json.GetProperty("grammar").EnumerateObject())
        {
            ReadGrammar(kind.Value, Enum.Parse<PocketWordKind>(kind.Name, ignoreCase: true));
        }

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

        _longest = _phrases.Keys.Max(phrase => phrase.Split(' ').Length);

        T Get<T>(string name) => json.GetProperty(name).Deserialize<T>()!;
    }

    public static PocketLexicon Default { get; } = Load();

    /// <summary>Every value that a meaning of an attribute may have.</summary>
    public static IEnumerable<string> ValuesOf(PocketAttribute attribute) =>
        attribute == PocketAttribute.Action ? [.. PocketVocabulary.Actions, Goes] : PocketVocabulary.Of(attribute);

    /// <summary>What an attribute is where nobody says it.</summary>
    public string Usual(PocketAttribute attribute, string subject) =>
        _usual.TryGetValue(KeyOf(attribute), out string? usual) ? usual : _usualBySubject[KeyOf(attribute)][subject];

    /// <summary>The action with which a subject goes from place to place.</summary>
    public string Going(string subject) => _usualBySubject[Goes][subject];

    /// <summary>An action as a subject does it: a car that slides rolls, for its wheels turn.</summary>
    public string ActionOf(string subject, string action)
    {
        string done = action == Goes ? Going(subject) : action;
        return _instead.GetValueOrDefault(subject)?.GetValueOrDefault(done) ?? done;
    }

    /// <summary>Whether an action takes its subject from place to place.</summary>
    public bool Travels(string action) => _travels.Contains(action);

    /// <summary>The colour that a thing has by nature, as a crow is black; null where it has none of its own.</summary>
    public string? ColourOf(PocketMeaning thing) => _colourOf.GetValueOrDefault(thing.Base);

    /// <summary>Whether a word stands in any phrase.</summary>
    public bool Knows(string word) => _words.Contains(word);

    /// <summary>Whether a word adds nothing where it stands, so that phrases go on over it: "the camera slowly follows".</summary>
    public bool Drops(string word) =>
        _dropped.Contains(word) || (!Knows(word) && word.Length > 4 && word.EndsWith("ly", StringComparison.Ordinal));

    /// <summary>The one way in which pocket's language spells a word.</summary>
    public string Spell(string word) => _spelling.GetValueOrDefault(word, word);

    /// <summary>
    /// The known word that an unknown one was likely meant to be; null where there is none. It begins with the same letter, or with the
    /// first two swapped: a slip there is rare, and another word often is but that letter away.
    /// </summary>
    public string? Correct(string word) => word.Length < ShortestMisspelled || _distinct.Contains(word)
        ? null
        : _meant.FirstOrDefault(known =>
            (known[0] == word[0] || (known[0] == word[1] && known[1] == word[0])) && PocketSpelling.IsOneSlip(word, known));

    /// <summary>The longest phrase that begins at a word.</summary>
    /// <returns>The phrase and its number of words; an unknown one of one word where there is none.</returns>
    public (PocketEntry Entry, int Length) Match(IReadOnlyList<string> words, int start)
    {
        for (int length = Math.Min(_longest, words.Count - start); length > 0; length--)
        {
            if (_phrases.TryGetValue(string.Join(' ', words.Skip(start).Take(length)), out PocketEntry? entry))
            {
                return (entry, length);
            }
        }

        return (new PocketEntry(PocketWordKind.Unknown, []), 1);
    }

    private static PocketLexicon Load()
    {
        using Stream stream = typeof(PocketLexicon).Assembly.GetManifestResourceStream("pocket-lexicon.json")!;
        using JsonDocument json = JsonDocument.Parse(stream);
        return new PocketLexicon(json.RootElement);
    }

    private static string KeyOf(PocketAttribute attribute) => attribute.ToString().ToLowerInvariant();

    /// <summary>The verb of one of pocket's own words for actions, which stand in the third person.</summary>
    private static string VerbOf(string action) => action is "flies" ? "fly" : action is Goes ? "go" : action[..^1];

    /// <summary>A phrase as <see cref="PocketWords"/> cuts the user's.</summary>
    private string Normal(string phrase) => string.Join(' ', PocketWords.Of(phrase).SelectMany(words => words).Select(Spell));

    private void ReadMeanings(JsonElement json, PocketAttribute attribute)
    {
        foreach (string value in ValuesOf(attribute))
        {
            JsonElement entry = json.GetProperty(value);
            Read(attribute == PocketAttribute.Action ? VerbOf(value) : value, false);
            foreach (JsonElement phrase in entry.GetProperty("same").EnumerateArray())
            {
                Read(phrase.GetString()!, false);
            }

            foreach (JsonElement phrase in entry.GetProperty("near").EnumerateArray())
            {
                Read(phrase.GetString()!, true);
            }

            void Read(string written, bool isNear)
            {
                string phrase = Normal(written.Trim('='));
                string bare = phrase.Replace("~", "", StringComparison.Ordinal);
                var meaning = new PocketMeaning(attribute, value, isNear, _yielding.Contains(bare), bare);
                foreach (string form in FormsOf(written[0] == '=' ? $"={phrase}" : phrase, attribute))
                {
                    Add(form, meaning);
                }
            }
        }
    }

    /// <summary>
    /// A phrase in all its forms: "=" marks one that has no others, "~" a verb; actions begin with a verb, subjects and places end with a noun.
    /// </summary>
    private IEnumerable<string> FormsOf(string phrase, PocketAttribute attribute)
    {
        if (phrase[0] == '=')
        {
            return [phrase[1..]];
        }

        string[] words = phrase.Split(' ');
        if (attribute == PocketAttribute.Action)
        {
            words[0] = $"~{words[0].TrimStart('~')}";
        }

        bool endsWithNoun = attribute is PocketAttribute.Subject or PocketAttribute.Place or PocketAttribute.Occluder;
        IEnumerable<string> forms = [""];
        for (int i = 0; i < words.Length; i++)
        {
            IEnumerable<string> ofWord = words[i][0] == '~' ? OfVerb(words[i][1..], i > 0)
                : endsWithNoun && i == words.Length - 1 ? _inflection.OfNoun(words[i])
                : [words[i]];
            forms = [.. forms.SelectMany(form => ofWord.Select(word => form.Length == 0 ? word : $"{form} {word}"))];
        }

        return forms;

        // All but the third person and the last: the participle is among them, "fallen" or, as of "set", the verb itself.
        static IEnumerable<string> Past(IReadOnlyList<string> ofVerb) => [ofVerb[0], .. ofVerb.Skip(2).SkipLast(1)];

        // "night falls", but also "night is falling".
        IEnumerable<string> OfVerb(string verb, bool afterItsSubject)
        {
            IReadOnlyList<string> ofVerb = _inflection.OfVerb(verb);
            return afterItsSubject ? [.. ofVerb, $"is {ofVerb[^1]}", .. Past(ofVerb).Select(form => $"has {form}"), $"begins to {verb}", $"starts to {verb}"] : ofVerb;
        }
    }

    private void Add(string phrase, PocketMeaning meaning)
    {
        IReadOnlyList<PocketMeaning> meanings = _phrases.TryGetValue(phrase, out PocketEntry? entry) ? entry.Meanings : [];
        if (meanings.All(other => other.Attribute != meaning.Attribute))
        {
            _phrases[phrase] = new PocketEntry(PocketWordKind.Meaning, [.. meanings, meaning]);
            // Slips are looked for in pocket's own words and in nouns: most other verbs are but a letter from another word.
            bool isVerb = meaning.Attribute is PocketAttribute.Camera or PocketAttribute.Event
                || (meaning.Attribute == PocketAttribute.Action && meaning.Base != VerbOf(meaning.Value));
            Learn(phrase, isMeant: !isVerb);
        }
    }

    private void ReadGrammar(JsonElement phrases, PocketWordKind kind)
    {
        foreach (JsonElement element in phrases.EnumerateArray())
        {
            string written = element.GetString()!;
            string phrase = written is "," or PocketWords.Possessive ? written : Normal(written);
            if (phrase.Length > 0 && _phrases.TryAdd(phrase, new PocketEntry(kind, [])))
            {
                Learn(phrase, isMeant: false);
            }
        }
    }

    private void Learn(string phrase, bool isMeant)
    {
        foreach (string word in phrase.Split(' '))
        {
            if (_words.Add(word) && isMeant && word.Length >= ShortestMisspelled)
            {
                _meant.Add(word);
            }
        }
    }
}
