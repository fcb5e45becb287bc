using RenderFarm.Jobs;
using RenderFarm.Plans;

namespace RenderFarm.Diffusion.Windows;

/// <summary>Latent frames that a window takes from a finished one and keeps clean while it denoises the rest.</summary>
/// <param name="Source">Index of the window that gives them, always a smaller one.</param>
/// <param name="SourceStart">The first of them, counted in the source; the others follow it there.</param>
/// <param name="Positions">Where they lie in the window that takes them, rising; one a frame.</param>
public sealed record KnownFrames(int Source, int SourceStart, IReadOnlyList<int> Positions)
{
    /// <summary>
    /// All that a window of a plan takes: under relay its predecessor's last frames, under anchored the keyframes that lie in it, under
    /// parallel nothing. A keyframe that two windows of keyframes share is taken from the earlier; both hold the same bits.
    /// </summary>
    public static IReadOnlyList<KnownFrames> Of(RenderPlan plan, PlannedWindow window) => plan.Strategy switch
    {
        Strategy.Relay when window.OverlapBefore > 0 => [Tail(plan.Windows[window.Index - 1], window)],
        Strategy.Anchored when !window.IsKeyframes => Keyframes(plan, window),
        _ => [],
    };

    private static KnownFrames Tail(PlannedWindow source, PlannedWindow window) =>
        new(source.Index, source.Length - source.OverlapAfter, [.. Enumerable.Range(0, window.OverlapBefore)]);

    private static List<KnownFrames> Keyframes(RenderPlan plan, PlannedWindow window)
    {
        var known = new List<KnownFrames>();
        int next = 0;
        foreach (PlannedWindow source in plan.KeyframeWindows)
        {
            int[] positions = [.. Enumerable.Range(next, window.Length - next).Where(position => source.Holds(window.Start + position))];
            if (positions.Length > 0)
            {
                known.Add(new KnownFrames(source.Index, (window.Start + positions[0] - source.Start) / source.Spacing, positions));
                next = positions[^1] + 1;
            }
        }

        return known;
    }
}
