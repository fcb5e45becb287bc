using RenderFarm.Plans;

namespace RenderFarm.Media.Quality;

/// <summary>Where a plan's windows meet, in frames.</summary>
public static class WindowBorders
{
    /// <summary>The first frame of the latent frame in the middle of each overlap.</summary>
    public static IEnumerable<int> Frames(RenderPlan plan, int temporalStride) => plan.Windows
        .Where(window => window.Index > 0)
        .Select(window => FirstFrame(window.Start + (window.OverlapBefore / 2), temporalStride));

    /// <summary>Frames from one window's beginning to the next one's; 0 for one window.</summary>
    public static int Period(RenderPlan plan, int temporalStride) =>
        plan.Windows.Count < 2 ? 0 : temporalStride * plan.Windows[^1].Start / (plan.Windows.Count - 1);

    private static int FirstFrame(int latentFrame, int stride) => latentFrame == 0 ? 0 : ((latentFrame - 1) * stride) + 1;
}
