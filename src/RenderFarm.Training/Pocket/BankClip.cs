using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Training.World;

namespace RenderFarm.Training.Pocket;

/// <summary>What is known of a clip of the bank.</summary>
/// <param name="Caption">Of its scene, with its event.</param>
/// <param name="EventAt">When the event begins, in seconds from the clip's beginning.</param>
/// <param name="Spacing">Latent frames of the scene from one of the clip's to the next; 1 for consecutive ones.</param>
/// <param name="Facings">Which way the subject looks at each latent frame: 1 right, -1 left.</param>
/// <param name="Boxes">Where the subject is in each latent frame.</param>
internal sealed record BankClip(PocketCaption Caption, double EventAt, int Spacing, int[] Facings, CellBox[] Boxes)
{
    private const double LatentFramesASecond = (double)Scene.Fps / PocketAutoencoder.TemporalStride;

    /// <summary>What a window of the clip shows: the state before the event, after it, or the event itself.</summary>
    /// <param name="start">First latent frame.</param>
    /// <param name="length">Latent frames.</param>
    /// <param name="random">Decides whether a turn that can be seen is said.</param>
    public PocketCaption Of(int start, int length, Random random)
    {
        if (Caption.Event is not (null or "turns round"))
        {
            double begin = EventAt * LatentFramesASecond / Spacing, end = (EventAt + Scene.EventSeconds) * LatentFramesASecond / Spacing;
            return start + length <= begin + 0.5 ? Caption with { Event = null } : start >= end - 0.5 ? Scene.After(Caption) : Caption;
        }

        // Frames far apart have seen many turns; none of them is to be seen.
        bool turns = Spacing == 1 && Facings.AsSpan(start, length).ContainsAnyExcept(Facings[start]);
        return Caption with { Event = turns && random.NextDouble() < 0.6 ? "turns round" : null };
    }
}
