using RenderFarm.Diffusion.Models.Pocket;

namespace RenderFarm.Training.Captions;

/// <summary>Says what a caption says in many ways, so that the text encoder learns the language and not one form of it.</summary>
public static class CaptionWriter
{
    private static readonly Dictionary<string, string[]> Actions = new()
    {
        ["rolls"] = ["rolls", "rolling", "is rolling", "rolls along", "rolled"],
        ["slides"] = ["slides", "sliding", "is sliding", "slides along", "glides"],
        ["bounces"] = ["bounces", "bouncing", "is bouncing", "bounces up and down", "hops"],
        ["flies"] = ["flies", "flying", "is flying", "flies by", "soars"],
        ["floats"] = ["floats", "floating", "is floating", "hovers", "floats in the air"],
        ["spins"] = ["spins", "spinning", "is spinning", "spins round", "rotates"],
        ["stops"] = ["stops", "stopping", "stops and goes", "moves and stops", "comes to a stop"],
        ["stands"] = ["stands", "standing", "is standing", "stands still", "waits"],
    };

    private static readonly Dictionary<string, string[]> Places = new()
    {
        ["beach"] = ["on the beach", "on a beach", "at the beach", "along a beach", "by the sea"],
        ["meadow"] = ["on the meadow", "in a meadow", "across a meadow", "in a green meadow"],
        ["desert"] = ["in the desert", "through the desert", "in a desert", "in a sandy desert"],
        ["city"] = ["in the city", "in a city", "through the city", "on a city street", "in town"],
        ["snowfield"] = ["on the snowfield", "in a snowfield", "across a snowfield", "over a field of snow"],
        ["forest"] = ["in the forest", "in a forest", "through the forest", "in the woods"],
        ["mountains"] = ["in the mountains", "in front of mountains", "among the mountains", "in high mountains"],
        ["village"] = ["in the village", "in a village", "through a village", "in a small village"],
    };

    private static readonly Dictionary<string, string[]> Times = new()
    {
        ["dawn"] = ["at dawn", "at sunrise", "in the early morning"],
        ["day"] = ["by day", "in the daytime", "in daylight", "during the day"],
        ["sunset"] = ["at sunset", "at dusk", "in the evening light"],
        ["night"] = ["at night", "by night", "in the night", "under the moon"],
    };

    private static readonly Dictionary<string, string[]> Weathers = new()
    {
        ["clear"] = ["in clear weather", "under a clear sky", "with clear skies"],
        ["rain"] = ["in the rain", "while it rains", "in rainy weather"],
        ["snow"] = ["in the snow", "while it snows", "in falling snow", "in snowy weather"],
        ["fog"] = ["in fog", "in the fog", "in foggy weather", "in mist"],
    };

    private static readonly Dictionary<string, string[]> Cameras = new()
    {
        ["still"] = ["still camera", "the camera stays still", "static shot"],
        ["pans"] = ["the camera pans", "panning camera", "slow pan"],
        ["follows"] = ["the camera follows", "followed by the camera", "tracking shot"],
    };

    private static readonly Dictionary<string, string[]> Events = new()
    {
        ["turns round"] = ["it turns round", "then it turns round", "and turns back"],
        ["night falls"] = ["night falls", "then night falls", "as night falls", "it gets dark"],
        ["day breaks"] = ["day breaks", "then day breaks", "as day breaks", "it gets light"],
        ["rain begins"] = ["rain begins", "then rain begins", "it starts to rain", "rain starts"],
        ["snow begins"] = ["snow begins", "then snow begins", "it starts to snow", "snow starts"],
    };

    /// <summary>A caption for a scene: in the canonical form, in a free one, or as a list of words; with what it leaves out of it.</summary>
    /// <returns>The words, and what of the caption they say.</returns>
    public static (string Text, PocketCaption Said) Write(PocketCaption scene, Random random)
    {
        PocketCaption said = Forget(scene, random);
        double form = random.NextDouble();
        string text = form < 0.35 ? said.ToString() : form < 0.8 ? Sentence(said, random) : Keywords(said, random);
        return (random.NextDouble() < 0.2 ? text + "." : text, said);
    }

    /// <summary>Leaves some of it unsaid; a second subject goes with its colour.</summary>
    private static PocketCaption Forget(PocketCaption scene, Random random)
    {
        string? Keep(string? value) => random.NextDouble() < 0.88 ? value : null;
        bool second = random.NextDouble() < 0.92;
        return scene with
        {
            Size = Keep(scene.Size),
            Colour = Keep(scene.Colour),
            Subject = random.NextDouble() < 0.96 ? scene.Subject : null,
            Action = Keep(scene.Action),
            Place = Keep(scene.Place),
            Time = Keep(scene.Time),
            Weather = Keep(scene.Weather),
            Camera = random.NextDouble() < 0.7 ? scene.Camera : null,
            Occluder = Keep(scene.Occluder),
            SecondColour = second ? Keep(scene.SecondColour) : null,
            SecondSubject = second ? scene.SecondSubject : null,
            Event = Keep(scene.Event),
        };
    }

    private static string Sentence(PocketCaption said, Random random)
    {
        string noun = Noun(said, random);
        string action = said.Action is null ? "" : " " + Any(Actions[said.Action], random);
        List<string> scene = [.. new[] { Of(Places, said.Place), Of(Times, said.Time), Of(Weathers, said.Weather) }.OfType<string>()];
        Shuffle(scene, random);
        List<string> more = [];
        if (said.Occluder is not null)
        {
            more.Add(Any(["behind a ", "passing behind a ", "half hidden by a "], random) + said.Occluder);
        }

        if (said.SecondSubject is not null)
        {
            more.Add(Any(["with ", "next to ", "beside ", "past "], random) + Second(said));
        }

        Shuffle(more, random);
        List<string> tail = [.. new[] { Of(Cameras, said.Camera), Of(Events, said.Event) }.OfType<string>()];
        string end = tail.Count == 0 ? "" : ", " + string.Join(", ", tail);
        string rest = more.Count == 0 ? "" : " " + string.Join(' ', more);
        return random.NextDouble() < 0.3 && scene.Count > 0
            ? $"{string.Join(' ', scene)}, {noun}{action}{rest}{end}"
            : $"{noun}{action}{(scene.Count == 0 ? "" : " ")}{string.Join(random.NextDouble() < 0.8 ? " " : ", ", scene)}{rest}{end}";

        string? Of(Dictionary<string, string[]> forms, string? value) => value is null ? null : Any(forms[value], random);
    }

    private static string Keywords(PocketCaption said, Random random)
    {
        string?[] scene = [said.Action, said.Place, said.Time, said.Weather, said.Camera switch { "still" => "still camera", "pans" => "camera pans", "follows" => "camera follows", _ => null }];
        List<string> words = [.. scene.OfType<string>()];
        if (said.Occluder is not null)
        {
            words.Add("behind a " + said.Occluder);
        }

        if (said.SecondSubject is not null)
        {
            words.Add("with " + Second(said));
        }

        if (said.Event is not null)
        {
            words.Add(said.Event);
        }

        Shuffle(words, random);
        string noun = string.Join(' ', new[] { said.Size, said.Colour, said.Subject }.OfType<string>());
        return string.Join(random.NextDouble() < 0.8 ? ", " : " ", noun.Length == 0 ? words : words.Prepend(noun));
    }

    private static string Noun(PocketCaption said, Random random)
    {
        string subject = said.Subject ?? "thing", article = Any(["a", "the", "one", "a"], random);
        string both = string.Join(' ', new[] { said.Size, said.Colour }.OfType<string>());
        return both.Length == 0 ? $"{article} {subject}" : random.NextDouble() switch
        {
            < 0.6 => $"{article} {both} {subject}",
            < 0.75 => $"{article} {subject} that is {string.Join(" and ", both.Split(' '))}",
            < 0.85 when said.Colour is not null => $"{article} {(said.Size is null ? "" : said.Size + " ")}{subject} in {said.Colour}",
            _ => $"{article} {both} {subject}",
        };
    }

    private static string Second(PocketCaption said) => $"a {(said.SecondColour is null ? "" : said.SecondColour + " ")}{said.SecondSubject}";

    private static string Any(string[] forms, Random random) => forms[random.Next(forms.Length)];

    private static void Shuffle(List<string> words, Random random)
    {
        for (int i = words.Count - 1; i > 0; i--)
        {
            int j = random.Next(i + 1);
            (words[i], words[j]) = (words[j], words[i]);
        }
    }
}
