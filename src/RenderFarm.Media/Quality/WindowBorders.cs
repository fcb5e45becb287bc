using RenderFarm.Plans;

namespace RenderFarm.Media.Quality;

/// <summary>Where a plan's windows meet, in frames.</summary>
public static class WindowBorders
{
    /// <summary>The first frame of the latent frame in the middle of each overlap. Windows of keyframes have no border in the film.</summary>
    public static IEnumerable<int> Frames(RenderPlan plan, int temporalStride) => plan.FilmWindows
        .Skip(1)
        .Select(window => FirstFrame(window.Start + (window.OverlapBefore / 2), temporalStride));

    /// <summary>Frames from one window's beginning to the next one's; 0 for one window.</summary>
    public static int Period(RenderPlan plan, int temporalStride)
    {
        int gaps = plan.FilmWindows.Count() - 1;
        return gaps == 0 ? 0 : temporalStride * plan.Windows[^1].Start / gaps;
    }

    private static int FirstFrame(int latentFrame, int stride) => latentFrame == 0 ? 0 : ((latentFrame - 1) * stride) + 1;
}
