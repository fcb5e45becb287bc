using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Training.World;

namespace RenderFarm.Training.Evaluation;

/// <summary>Captions to measure with. None has an event: what a clip shows shall hold from its first frame to its last.</summary>
internal static class HeldOutCaption
{
    /// <param name="random">Draws it.</param>
    /// <param name="extras">Whether it keeps its occluder and its second subject.</param>
    public static PocketCaption Draw(Random random, bool extras)
    {
        PocketCaption caption = RandomCaption.Draw(random) with { Event = null };
        return extras ? caption : caption with { Occluder = null, SecondColour = null, SecondSubject = null };
    }
}
