using RenderFarm.Diffusion.Models.Pocket;

namespace RenderFarm.Training.World;

/// <summary>Draws what scenes show.</summary>
public static class RandomCaption
{
    /// <summary>A caption drawn from the vocabulary, where it can be evenly; some have an occluder, a second subject or an event.</summary>
    public static PocketCaption Draw(Random random)
    {
        string Of(IReadOnlyList<string> words) => words[random.Next(words.Count)];
        PocketCaption caption = new()
        {
            Size = Of(PocketVocabulary.Sizes),
            Colour = Of(PocketVocabulary.Colours),
            Subject = Of(PocketVocabulary.Subjects),
            Action = Of(PocketVocabulary.Actions),
            Place = Of(PocketVocabulary.Places),
            Time = Of(PocketVocabulary.Times),
            Weather = Of(PocketVocabulary.Weathers),
            Camera = "still",
        };
        bool travels = Motion.Travels(caption.Action);
        double camera = random.NextDouble();
        caption = caption with { Camera = camera < 0.5 ? "still" : camera < 0.7 || !travels ? "pans" : "follows" };
        if (caption is { Subject: "car", Action: "slides" })
        {
            // A car's wheels turn: it cannot slide.
            caption = caption with { Action = "rolls" };
        }

        if (travels && random.NextDouble() < 0.4)
        {
            caption = caption with { Occluder = Of(PocketVocabulary.Occluders) };
        }

        if (caption.Camera != "follows" && random.NextDouble() < 0.27)
        {
            string second = Of(PocketVocabulary.Subjects);
            string colour = Of(PocketVocabulary.Colours);
            if (second != caption.Subject && colour != caption.Colour)
            {
                caption = caption with { SecondSubject = second, SecondColour = colour };
            }
        }

        return random.NextDouble() < 0.3 ? WithEvent(caption, Of(PocketVocabulary.Events)) : caption;
    }

    /// <summary>The caption with an event, where it can happen; else without.</summary>
    private static PocketCaption WithEvent(PocketCaption caption, string what) => what switch
    {
        "turns round" when caption.Camera == "follows" => caption with { Event = what },
        "night falls" when caption.Time != "night" => caption with { Event = what },
        "day breaks" when caption.Time is "night" or "dawn" => caption with { Event = what },
        "rain begins" when caption.Weather is "clear" => caption with { Event = what },
        "snow begins" when caption.Weather is "clear" => caption with { Event = what },
        _ => caption,
    };
}
