using RenderFarm.Diffusion.Models.Pocket;

namespace RenderFarm.Rendering.PromptExpansion.Pocket;

/// <summary>Completes what a shot's words say: from the shot before, then from what is usual, within what pocket was trained on.</summary>
internal sealed class PocketContinuity(PocketLexicon lexicon, string model)
{
    /// <summary>The caption once the shot's events are over.</summary>
    /// <param name="before">What the shot before ended with; null for the first.</param>
    /// <param name="statement">What the words say.</param>
    /// <param name="notes">Takes what cannot be shown.</param>
    public PocketCaption Follow(PocketCaption? before, PocketStatement statement, ICollection<string> notes)
    {
        PocketCaption said = statement.Said;
        string subject = said.Subject ?? before?.Subject ?? lexicon.Usual(PocketAttribute.Subject, "");
        bool isNew = subject != before?.Subject;
        bool wasSecond = isNew && subject == before?.SecondSubject;
        TellSubject(before, statement, subject, notes);
        string place = said.Place ?? before?.Place ?? lexicon.Usual(PocketAttribute.Place, subject);
        bool isSamePlace = place == before?.Place;
        var caption = new PocketCaption
        {
            Size = said.Size ?? (isNew ? null : before?.Size) ?? lexicon.Usual(PocketAttribute.Size, subject),
            Colour = said.Colour
                ?? (wasSecond ? before?.SecondColour : isNew ? statement.ColourByNature : before?.Colour)
                ?? lexicon.Usual(PocketAttribute.Colour, subject),
            Subject = subject,
            Action = said.Action is not null ? lexicon.ActionOf(subject, said.Action) : isNew ? null : before?.Action,
            Place = place,
            Time = TimeAfter(statement.Events) ?? said.Time ?? before?.Time ?? lexicon.Usual(PocketAttribute.Time, subject),
            Weather = WeatherAfter(statement.Events) ?? said.Weather ?? before?.Weather ?? lexicon.Usual(PocketAttribute.Weather, subject),
            Camera = said.Camera ?? before?.Camera ?? lexicon.Usual(PocketAttribute.Camera, subject),
            Occluder = said.Occluder ?? (isSamePlace ? before?.Occluder : null),
            SecondSubject = said.SecondSubject ?? (isSamePlace && !isNew ? before?.SecondSubject : null),
            SecondColour = said.SecondSubject is not null ? said.SecondColour : isSamePlace && !isNew ? before?.SecondColour : null,
        };
        if (caption is { SecondSubject: not null, SecondColour: null })
        {
            caption = caption with { SecondColour = OtherColour(caption.SecondSubject, caption.Colour) };
        }

        if (statement.NearAction is not null)
        {
            notes.Add($"{model} has no {statement.NearAction}; showing {caption.Action}");
        }

        return WithinTraining(caption, said, notes);
    }

    /// <summary>What a caption said before the events that led to it, where no shot shows that.</summary>
    public static PocketCaption Before(PocketCaption after, PocketStatement statement)
    {
        PocketCaption before = after;
        if (statement.Events.Contains("night falls"))
        {
            before = before with { Time = statement.Said.Time is { } said && said != "night" ? said : "sunset" };
        }
        else if (statement.Events.Contains("day breaks"))
        {
            before = before with { Time = statement.Said.Time is "night" ? "night" : "dawn" };
        }

        return WeatherAfter(statement.Events) is null ? before : before with { Weather = "clear" };
    }

    private static string? TimeAfter(IReadOnlyList<string> events) =>
        events.Select(what => what switch { "night falls" => "night", "day breaks" => "day", _ => null }).OfType<string>().LastOrDefault();

    private static string? WeatherAfter(IReadOnlyList<string> events) =>
        events.Select(what => what switch { "rain begins" => "rain", "snow begins" => "snow", _ => null }).OfType<string>().LastOrDefault();

    private string OtherColour(string subject, string? taken)
    {
        string usual = lexicon.Usual(PocketAttribute.Colour, subject);
        return usual != taken ? usual : taken == "yellow" ? "blue" : "yellow";
    }

    /// <summary>
    /// In pocket's world an occluder stands in the way of what moves, and a camera that follows has something to follow and nothing beside it.
    /// </summary>
    private PocketCaption WithinTraining(PocketCaption caption, PocketCaption said, ICollection<string> notes)
    {
        string subject = caption.Subject!;
        if (caption.Action is null)
        {
            string usual = lexicon.Usual(PocketAttribute.Action, subject);
            bool mustTravel = said.Occluder is not null || caption.Camera == "follows";
            bool goes = mustTravel && !lexicon.Travels(usual);
            caption = caption with { Action = goes ? lexicon.ActionOf(subject, PocketLexicon.Goes) : usual };
        }

        if (caption.Camera == "follows" && said.SecondSubject is not null)
        {
            caption = caption with { Camera = "still" };
            Note("the camera follows only a subject that is alone; showing a still camera");
        }
        else if (caption.Camera == "follows")
        {
            caption = caption with { SecondSubject = null, SecondColour = null };
        }

        if (caption.Camera == "follows" && !lexicon.Travels(caption.Action!))
        {
            caption = caption with { Camera = "still" };
            Note($"the camera cannot follow what {caption.Action}; showing a still camera");
        }

        if (said.Occluder is null && !lexicon.Travels(caption.Action!))
        {
            caption = caption with { Occluder = null };
        }

        return caption;

        void Note(string note)
        {
            if (said.Camera == "follows")
            {
                notes.Add(note);
            }
        }
    }

    private void TellSubject(PocketCaption? before, PocketStatement statement, string subject, ICollection<string> notes)
    {
        bool isMissing = before is null && statement.Said.Subject is null;
        if (isMissing)
        {
            string missing = statement.UnknownThing is null ? "no subject was named" : $"{model} has no {statement.UnknownThing}";
            notes.Add($"{missing}; showing a {subject}");
        }

        string[] rest = [.. statement.Unknown.Where(word => !isMissing || word != statement.UnknownThing)];
        if (rest.Length > 0)
        {
            notes.Add($"{model} does not know: {string.Join(", ", rest)}");
        }
    }
}
