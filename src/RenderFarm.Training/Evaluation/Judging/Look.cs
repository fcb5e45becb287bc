namespace RenderFarm.Training.Evaluation.Judging;

/// <summary>
/// What a judge is shown at once: a frame, the one two later and the one eight later, so that it sees how fast things go. At a clip's
/// end it looks backwards in time instead.
/// </summary>
internal static class Look
{
    /// <summary>Frames that make up a look.</summary>
    public const int Frames = 3;

    /// <summary>From the first frame to the second: short enough for the fastest.</summary>
    public const int Near = 2;

    /// <summary>From the first frame to the third: long enough for the slowest.</summary>
    public const int Far = 8;

    /// <summary>Pixels of a frame as the judge sees it, about: those of 256x160, whatever its shape.</summary>
    private const double Area = 256 * 160;

    /// <summary>What the network's cells fold.</summary>
    private const int Multiple = 16;

    /// <summary>The size in which frames of a size are seen: of one area, so that a small subject is small in each.</summary>
    public static (int Width, int Height) SeenSize(int width, int height)
    {
        double scale = Math.Sqrt(Area / (width * (double)height));
        return (Round(width * scale), Round(height * scale));
    }

    /// <summary>The frames of a look at a frame.</summary>
    /// <param name="frame">The one that is looked at.</param>
    /// <param name="count">Frames of the clip.</param>
    public static int[] At(int frame, int count)
    {
        int way = frame + Far < count || frame < Far ? 1 : -1;
        return [frame, Math.Min(frame + (way * Near), count - 1), Math.Min(frame + (way * Far), count - 1)];
    }

    private static int Round(double pixels) => Math.Max(Multiple, (int)Math.Round(pixels / Multiple) * Multiple);
}
