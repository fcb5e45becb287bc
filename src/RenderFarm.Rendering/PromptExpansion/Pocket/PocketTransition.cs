using RenderFarm.Diffusion.Models.Pocket;

namespace RenderFarm.Rendering.PromptExpansion.Pocket;

/// <summary>The captions that lead from one state of the world to another: each is the state before with the event that ends it.</summary>
internal static class PocketTransition
{
    /// <summary>One caption for each event; none where pocket has no event for the change.</summary>
    /// <param name="before">Without an event.</param>
    /// <param name="after">Without an event.</param>
    /// <param name="turnsRound">Whether the subject turns round, too.</param>
    public static IEnumerable<PocketCaption> Between(PocketCaption before, PocketCaption after, bool turnsRound)
    {
        // Unless the camera follows it, a subject turns round of itself where it comes to the frame's edge.
        if (turnsRound && before.Camera == "follows")
        {
            yield return before with { Event = "turns round" };
        }

        if (before.Time != after.Time && (after.Time == "night" || (after.Time == "day" && before.Time is "night" or "dawn")))
        {
            yield return before with { Event = after.Time == "night" ? "night falls" : "day breaks" };
        }

        if (before.Weather == "clear" && after.Weather is "rain" or "snow")
        {
            yield return before with { Time = after.Time, Event = after.Weather == "rain" ? "rain begins" : "snow begins" };
        }
    }
}
