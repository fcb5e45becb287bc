using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Storyboards;

namespace RenderFarm.Rendering.PromptExpansion.Pocket;

/// <summary>
/// Brings plain English to pocket's captions. A shot keeps what the one before said, unless it says otherwise; what pocket cannot show
/// is told in the shot's notes.
/// </summary>
/// <param name="model">The model's name, for the notes.</param>
internal sealed class PocketPromptExpander(string model)
{
    /// <summary>
    /// The share of a shot in which night falls, rain begins or a followed subject turns round: it says where in the film the window of
    /// such a transition is, between shots of share 1.
    /// </summary>
    public const double TransitionShare = 0.12;

    private readonly PocketReader _reader = new(PocketLexicon.Default, model);
    private readonly PocketContinuity _continuity = new(PocketLexicon.Default, model);
    private readonly List<PocketShot> _shots = [];

    /// <param name="model">The model's name, for the notes.</param>
    /// <param name="prompt">Not empty.</param>
    public static Storyboard Expand(string model, string prompt) => new()
    {
        Shots =
        [
            .. Shots(model, prompt).Select(shot => new Shot
            {
                Caption = shot.Caption.ToString(),
                Source = shot.Source,
                Share = shot.Share,
                IsTransition = shot.IsTransition,
                Notes = shot.Notes,
            }),
        ],
    };

    /// <summary>The shots, one or more, before they are put into words.</summary>
    /// <param name="model">The model's name, for the notes.</param>
    /// <param name="prompt">Not empty.</param>
    public static IReadOnlyList<PocketShot> Shots(string model, string prompt)
    {
        var expander = new PocketPromptExpander(model);
        foreach (string words in expander.Join(ShotSplitter.Split(prompt)))
        {
            expander.Add(words);
        }

        return expander._shots;
    }

    /// <summary>
    /// Joins sentences that tell of one shot: "A beach at dusk. A red ball rolls by." or "A red ball rolls. It is night." A sentence that
    /// takes up what was said before, or tells of a change, begins a new shot.
    /// </summary>
    private List<string> Join(IReadOnlyList<ShotWords> sentences)
    {
        var shots = new List<string>();
        bool hasSubject = false;
        foreach (ShotWords sentence in sentences)
        {
            PocketStatement next = _reader.Read(sentence.Text, hasSubject);
            PocketStatement? last = shots.Count > 0 ? _reader.Read(shots[^1], shots.Count > 1) : null;
            if (last is not null && (hasSubject ? !sentence.IsLater && Describes(last, next) : IsSetting(last)))
            {
                shots[^1] = $"{shots[^1]}, {sentence.Text}";
            }
            else
            {
                shots.Add(sentence.Text);
            }

            hasSubject |= next.Said.Subject is not null || next.UnknownThing is not null;
        }

        return shots;
    }

    /// <summary>Whether words tell only where and when.</summary>
    private static bool IsSetting(PocketStatement statement) =>
        statement is { Said: { Subject: null, Action: null }, UnknownThing: null, SaysSomething: true };

    /// <summary>Whether a sentence only adds to what the shot says so far.</summary>
    private static bool Describes(PocketStatement shot, PocketStatement next)
    {
        if (next.IsChange || next.Events.Count > 0 || !next.SaysSomething)
        {
            return false;
        }

        if (next.Said.Subject is { } subject && subject != shot.Said.Subject && subject != shot.Said.SecondSubject)
        {
            return next.IsBesides && shot.Said is { Subject: not null, SecondSubject: null } && next.Said is { Place: null, Time: null, Weather: null };
        }

        return PocketVocabulary.Attributes.All(attribute =>
            attribute == PocketAttribute.Subject
            || next.Said[attribute] is not { } said
            || shot.Said[attribute] is not { } before
            || (said == before && attribute != PocketAttribute.Action));
    }

    private void Add(string words)
    {
        PocketCaption? before = _shots.Count > 0 ? _shots[^1].Caption : null;
        PocketStatement statement = _reader.Read(words, before is not null);
        List<string> notes = [.. statement.Notes];
        PocketCaption after = _continuity.Follow(before, statement, notes);
        bool goesOn = before is not null && after.Subject == before.Subject && after.Place == before.Place;
        bool turnsRound = statement.Events.Contains("turns round");
        PocketCaption first = goesOn ? before! : PocketContinuity.Before(after, statement);
        PocketCaption[] transitions = [.. PocketTransition.Between(first, after, turnsRound)];
        if (after == before && transitions.Length == 0)
        {
            // Nothing new to see: the shot before goes on, for longer where the words spoke of something.
            PocketShot last = _shots[^1];
            _shots[^1] = last with
            {
                Source = $"{last.Source}, {words}",
                Share = last.Share + (statement.SaysSomething ? 1 : 0),
                Notes = [.. last.Notes, .. notes],
            };
            return;
        }

        bool beginsBefore = !goesOn && transitions.Length > 0;
        List<PocketShot> shots = [.. transitions.Select(caption => new PocketShot(caption, words, TransitionShare, true, []))];
        shots.Add(new PocketShot(after, words, beginsBefore ? 0.5 : 1, false, []));
        if (beginsBefore)
        {
            shots.Insert(0, new PocketShot(first, words, 0.5, false, []));
        }

        shots[0] = shots[0] with { Notes = notes };
        _shots.AddRange(shots);
    }
}
