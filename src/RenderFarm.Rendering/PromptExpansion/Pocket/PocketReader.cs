using System.Text.RegularExpressions;
using RenderFarm.Diffusion.Models.Pocket;

namespace RenderFarm.Rendering.PromptExpansion.Pocket;

/// <summary>Understands one shot's words.</summary>
/// <param name="lexicon">What words mean.</param>
/// <param name="model">The model's name, for the notes.</param>
internal sealed partial class PocketReader(PocketLexicon lexicon, string model)
{
    private static readonly string[] Hiding = ["behind", "from behind", "right behind", "past", "around", "round"];

    private static readonly string[] Distant =
        ["with", "beyond", "behind", "towards", "toward", "away from", "far from", "not far from", "overlooking", "facing"];

    private static readonly string[] Others = ["another", "other"];

    private readonly PocketWordReader _words = new(lexicon);

    /// <param name="text">The shot's words.</param>
    /// <param name="goesOn">Whether a shot before has named a subject, which "it" may mean.</param>
    public PocketStatement Read(string text, bool goesOn)
    {
        var notes = new List<string>();
        PocketSentence sentence = PocketParser.Parse(_words.Read(text, notes));
        PocketNoun? main = MainOf(sentence, goesOn);
        PocketNoun? unknown = main is null && !goesOn ? UnknownOf(sentence) : null;
        PocketMeaning? subject = main?.Head?.As(PocketAttribute.Subject);
        PocketNoun[] same = [.. sentence.Nouns.Where(noun => noun == main || noun == unknown || IsSame(noun, main, sentence))];
        PocketNoun[] others = [.. sentence.Nouns.Where(noun => !same.Contains(noun) && CanBeSecond(noun))];
        PocketNoun? second = main is null && !goesOn ? null : others.FirstOrDefault();
        PocketPiece? occluder = OccluderOf(sentence);
        (PocketPiece? place, bool isSnowing) = PlaceOf(sentence, occluder, notes);
        PocketPiece? action = ActionOf(sentence, same, notes);
        if (subject is not null)
        {
            Tell(main!.Head!, PocketAttribute.Subject, notes);
            if (main.IsMany)
            {
                notes.Add($"{model} shows one {subject.Value} a shot");
            }
        }

        if (second is { Head.Kind: PocketWordKind.Meaning })
        {
            Tell(second.Head, PocketAttribute.Subject, notes);
        }

        notes.AddRange(others
            .Where(other => other != second && !other.IsPronoun)
            .Select(other => $"{model} shows two subjects a shot; leaving out '{other.Head!.Text}'"));
        string? weather = Pick(Seen(sentence, PocketAttribute.Weather), PocketAttribute.Weather, notes)
            ?? (isSnowing ? "snow" : sentence.Denied.Any(piece => piece.Is(PocketAttribute.Weather)) ? "clear" : null);
        var said = new PocketCaption
        {
            Subject = subject?.Value,
            Colour = Pick(DescriptionOf(same, noun => noun.Colours, sentence, PocketAttribute.Colour), PocketAttribute.Colour, notes),
            Size = Pick(DescriptionOf(same, noun => noun.Sizes, sentence, PocketAttribute.Size), PocketAttribute.Size, notes),
            Action = action?.As(PocketAttribute.Action)!.Value,
            Place = place?.As(PocketAttribute.Place)!.Value,
            Time = Pick(Seen(sentence, PocketAttribute.Time), PocketAttribute.Time, notes),
            Weather = weather,
            Camera = Pick(sentence.Said, PocketAttribute.Camera, notes, tellsOthers: false),
            Occluder = occluder?.As(PocketAttribute.Occluder)!.Value,
            SecondSubject = second is null ? null : second.Head!.As(PocketAttribute.Subject)?.Value ?? subject?.Value,
            SecondColour = second is null ? null : Pick(Run(second.Colours, PocketAttribute.Colour), PocketAttribute.Colour, notes) ?? NatureOf(second.Head!),
        };
        if (occluder is not null)
        {
            Tell(occluder, PocketAttribute.Occluder, notes);
        }

        return new PocketStatement
        {
            Said = said,
            ColourByNature = main?.Head is { } head ? NatureOf(head) : null,
            Events = [.. sentence.Said.Select(piece => piece.As(PocketAttribute.Event)?.Value).OfType<string>().Distinct()],
            UnknownThing = unknown?.Unknown,
            NearAction = action?.As(PocketAttribute.Action)!.IsNear == true ? action.Text : null,
            Unknown = [.. sentence.Pieces.Where(piece => piece.Kind == PocketWordKind.Unknown).Select(piece => piece.Text).Distinct()],
            IsChange = Change().IsMatch(text),
            IsBesides = Besides().IsMatch(text),
            Notes = [.. notes.Distinct()],
        };
    }

    /// <summary>The noun that the shot is about; null where that is the shot before's, or nothing that pocket knows.</summary>
    private static PocketNoun? MainOf(PocketSentence sentence, bool goesOn)
    {
        PocketNoun? named = sentence.Nouns
            .Where(noun => !noun.IsUnseen && noun.Head?.Is(PocketAttribute.Subject) == true)
            .OrderBy(Distance)
            .FirstOrDefault();
        if (named is null || !goesOn)
        {
            return named;
        }

        bool isOfOldSubject = sentence.Nouns.Any(noun =>
            noun.Head?.Kind == PocketWordKind.Pronoun && noun.Governor is null && noun.Start < named.Start && !IsOfWeather(noun, sentence));
        return isOfOldSubject || named.Governor is not null || named.IsObject ? null : named;

        static int Distance(PocketNoun noun) =>
            (noun.Governor is not null ? 4 : noun.IsAside ? 2 : 0) + (noun.Head!.As(PocketAttribute.Subject)!.Yields ? 1 : 0);
    }

    /// <summary>Whether a pronoun stands for nothing, as in "it rains".</summary>
    private static bool IsOfWeather(PocketNoun pronoun, PocketSentence sentence)
    {
        PocketPiece? said = sentence.Pieces
            .Skip(pronoun.End)
            .FirstOrDefault(piece => piece.Kind is not (PocketWordKind.Link or PocketWordKind.Silent));
        return said is not null
            && (said.Is(PocketAttribute.Weather) || said.Is(PocketAttribute.Time) || said.As(PocketAttribute.Event) is { Value: not "turns round" });
    }

    private static PocketNoun? UnknownOf(PocketSentence sentence)
    {
        PocketNoun[] unknown = [.. sentence.Nouns.Where(noun => noun is { Head: null or { Kind: PocketWordKind.One }, IsUnseen: false })];
        return unknown.FirstOrDefault(noun => noun is { Governor: null, Determiner: not null })
            ?? unknown.FirstOrDefault(noun => noun.Governor is null)
            ?? unknown.FirstOrDefault();
    }

    /// <summary>Whether a noun means the main one again: "it", "the ball".</summary>
    private static bool IsSame(PocketNoun noun, PocketNoun? main, PocketSentence sentence)
    {
        if (noun.Head?.Kind == PocketWordKind.Pronoun)
        {
            return noun.Governor is null && !IsOfWeather(noun, sentence);
        }

        if (main is null || noun.IsUnseen || noun.IsMany)
        {
            return false;
        }

        if (noun.Head?.Kind == PocketWordKind.One)
        {
            return main.Colours.Count == 0 && noun == sentence.Nouns.First(one => one.Head?.Kind == PocketWordKind.One);
        }

        return noun.Head?.As(PocketAttribute.Subject)?.Value == main.Head!.As(PocketAttribute.Subject)!.Value
            && !Others.Contains(noun.Determiner, StringComparer.Ordinal)
            && (noun.Colours.Count == 0 || noun.Colours.Any(colour => main.Colours.Count == 0
                ? noun.Determiner == "the"
                : main.Colours.Any(own => own.As(PocketAttribute.Colour)!.Value == colour.As(PocketAttribute.Colour)!.Value)));
    }

    private static bool CanBeSecond(PocketNoun noun) => !noun.IsUnseen
        && (noun.Head?.As(PocketAttribute.Subject) is { Yields: false } || noun is { Head.Kind: PocketWordKind.One, Colours.Count: > 0 });

    private static PocketPiece? OccluderOf(PocketSentence sentence) => sentence.Nouns
        .Where(noun => !noun.IsUnseen && noun.Head?.As(PocketAttribute.Occluder) is { } occluder
            && (occluder.Value == "pillar" || Hiding.Contains(noun.Governor, StringComparer.Ordinal)))
        .Select(noun => noun.Head)
        .FirstOrDefault();

    /// <summary>Where it is, and whether snow that lies nowhere must fall.</summary>
    private (PocketPiece? Place, bool IsSnowing) PlaceOf(PocketSentence sentence, PocketPiece? occluder, List<string> notes)
    {
        (PocketPiece Piece, double Rank)[] places =
        [
            .. sentence.Nouns.Where(noun => !noun.IsUnseen).SelectMany(PlacesIn)
                .Where(place => place.Piece != occluder)
                .OrderByDescending(place => place.Rank),
        ];
        PocketPiece? best = places.FirstOrDefault().Piece;
        if (best is not null)
        {
            Tell(best, PocketAttribute.Place, notes);
            TellOthers(best, places.Select(place => place.Piece), PocketAttribute.Place, notes);
        }

        bool isSnowing = places.Any(place => place.Piece.Is(PocketAttribute.Weather)) && best?.As(PocketAttribute.Place)!.Value != "snowfield";
        return (best, isSnowing);
    }

    private static IEnumerable<(PocketPiece Piece, double Rank)> PlacesIn(PocketNoun noun)
    {
        if (noun.Head is { } head && head.As(PocketAttribute.Place) is { } place && (noun.Governor is not null || !head.Is(PocketAttribute.Weather)))
        {
            yield return (head, place.Rank - (Distant.Contains(noun.Governor, StringComparer.Ordinal) ? 0.5 : 0));
        }

        bool isOfSubject = noun.Head?.Is(PocketAttribute.Subject) == true;
        foreach (PocketPiece modifier in noun.Modifiers)
        {
            if (modifier.As(PocketAttribute.Place) is { } nearPlace && !(isOfSubject && nearPlace.Yields))
            {
                yield return (modifier, nearPlace.Rank - (isOfSubject ? 1.5 : 0.25));
            }
        }
    }

    /// <summary>Times or weathers among the nouns that are seen; snow that something lies or moves in is a place.</summary>
    private static IEnumerable<PocketPiece> Seen(PocketSentence sentence, PocketAttribute attribute) => sentence.Nouns
        .Where(noun => !noun.IsUnseen)
        .SelectMany(noun => noun.Modifiers.Append(noun.Head).OfType<PocketPiece>().Where(piece => !IsLyingSnow(piece, noun)))
        .Where(piece => piece.Is(attribute));

    private static bool IsLyingSnow(PocketPiece piece, PocketNoun noun) =>
        piece.Is(PocketAttribute.Place) && piece.Is(PocketAttribute.Weather) && (noun.Governor is not null || piece != noun.Head);

    /// <summary>The colours or sizes of the main noun: its own, else what is said of it elsewhere.</summary>
    private static IEnumerable<PocketPiece> DescriptionOf(
        IReadOnlyList<PocketNoun> same, Func<PocketNoun, IList<PocketPiece>> of, PocketSentence sentence, PocketAttribute attribute)
    {
        IEnumerable<PocketPiece> own = same.Select(of).FirstOrDefault(pieces => pieces.Count > 0) ?? sentence.Loose.Where(piece => piece.Is(attribute));
        return Run([.. own], attribute);
    }

    /// <summary>Colours in the order in which they count: of those side by side the last, as in "blue green"; else the first.</summary>
    private static IEnumerable<PocketPiece> Run(IList<PocketPiece> pieces, PocketAttribute attribute)
    {
        PocketPiece[] best = [.. pieces.OrderByDescending(piece => piece.As(attribute)!.Rank).ThenBy(piece => piece.Index)];
        int last = 0;
        while (last + 1 < best.Length
            && best[last + 1].Index == best[last].Index + 1
            && best[last + 1].As(attribute)!.Rank == best[0].As(attribute)!.Rank)
        {
            last++;
        }

        return best.Skip(last);
    }

    private PocketPiece? ActionOf(PocketSentence sentence, IReadOnlyList<PocketNoun> same, List<string> notes)
    {
        PocketPiece[] actions =
        [
            .. sentence.Verbs.Where(verb => verb.Doer is null or { Head: null } || same.Contains(verb.Doer))
                .Select(verb => verb.Piece)
                .OrderByDescending(Weight),
        ];
        if (actions.Length == 0)
        {
            return null;
        }

        PocketPiece best = actions[0];
        if (best.As(PocketAttribute.Action)!.Value is "rolls" or "slides" or PocketLexicon.Goes)
        {
            // Pocket's "stops" goes and rests by turns.
            best = actions.FirstOrDefault(other => other.As(PocketAttribute.Action)!.Value == "stops") ?? best;
        }

        string[] within = best.As(PocketAttribute.Action)!.Value == "stops" ? ["rolls", "slides", PocketLexicon.Goes] : [PocketLexicon.Goes];
        TellOthers(best, actions.Where(other => !within.Contains(other.As(PocketAttribute.Action)!.Value)), PocketAttribute.Action, notes);
        return best;

        static int Weight(PocketPiece piece) => piece.As(PocketAttribute.Action) switch
        {
            { Yields: true } => 0,
            { Value: PocketLexicon.Goes } => 1,
            _ => 2,
        };
    }

    private string? NatureOf(PocketPiece head) => head.As(PocketAttribute.Subject) is { } subject
        ? head.As(PocketAttribute.Colour)?.Value ?? lexicon.ColourOf(subject)
        : null;

    /// <summary>The first of the weightiest; notes tell what it stands for and which others are left out.</summary>
    private string? Pick(IEnumerable<PocketPiece> pieces, PocketAttribute attribute, List<string> notes, bool tellsOthers = true)
    {
        PocketPiece[] all = [.. pieces.Where(piece => piece.Is(attribute))];
        PocketPiece? best = all.OrderByDescending(piece => piece.As(attribute)!.Rank).FirstOrDefault();
        if (best is null)
        {
            return null;
        }

        Tell(best, attribute, notes);
        if (tellsOthers)
        {
            TellOthers(best, all, attribute, notes);
        }

        return best.As(attribute)!.Value;
    }

    private void Tell(PocketPiece piece, PocketAttribute attribute, List<string> notes)
    {
        if (piece.As(attribute) is { IsNear: true } meaning)
        {
            string article = attribute is PocketAttribute.Subject or PocketAttribute.Occluder ? "a " : "";
            notes.Add($"{model} has no {piece.Text}; showing {article}{meaning.Value}");
        }
    }

    private void TellOthers(PocketPiece best, IEnumerable<PocketPiece> pieces, PocketAttribute attribute, List<string> notes) => notes.AddRange(
        pieces.Where(piece => piece.As(attribute) is { Yields: false } meaning && meaning.Value != best.As(attribute)!.Value)
        .DistinctBy(piece => piece.As(attribute)!.Value)
        .Select(piece => $"{model} shows one {attribute.ToString().ToLowerInvariant()} a shot; leaving out '{piece.Text}'"));

    [GeneratedRegex(
        @"\b(?:now|becom\w+|turn(?:s|ed|ing)?|starts?|begins?|chang\w+|gets|grows|afterwards|later|soon|appears?|enters?|arrives?)\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex Change();

    [GeneratedRegex(
        @"\b(?:nearby|beside|behind|next to|close by|background|foreground|distance|alongside|watch(?:es)?|in front of)\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex Besides();
}
