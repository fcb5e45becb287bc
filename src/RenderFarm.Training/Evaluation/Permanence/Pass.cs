using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Training.Evaluation.Judging;

namespace RenderFarm.Training.Evaluation.Permanence;

/// <summary>
/// A subject's way behind an occluder: its middle is clear of the occluder on one side, then not clear, then clear on the other side. It
/// is clear when its middle is further from the occluder's than half the occluder and a share of its own radius. What it is before and
/// after is decided over the looks next to the occlusion.
/// </summary>
/// <param name="SubjectBefore">What the judge sees before.</param>
/// <param name="SubjectAfter">What it sees after.</param>
/// <param name="ColourBefore">The colour before.</param>
/// <param name="ColourAfter">The colour after.</param>
internal sealed record Pass(string? SubjectBefore, string? SubjectAfter, string? ColourBefore, string? ColourAfter)
{
    /// <summary>Most of a subject shows when its middle is this share of its radius beside the occluder.</summary>
    private const double ClearShare = 0.6;

    /// <summary>Fewer clear looks on a side decide nothing.</summary>
    private const int FewestLooks = 2;

    /// <summary>Looks next to the occlusion that decide.</summary>
    private const int MostLooks = 6;

    /// <summary>Looks that an occlusion lasts at most: what takes longer has stopped behind it, or was another thing.</summary>
    private const int LongestOcclusion = 12;

    public bool IsSameSubject => SubjectBefore == SubjectAfter;

    public bool IsSameColour => ColourBefore == ColourAfter;

    /// <summary>The first pass of a track; null where there is none.</summary>
    /// <param name="looks">In the order of time, evenly spaced.</param>
    /// <param name="radius">The subject's, in pixels.</param>
    /// <param name="halfWidth">The occluder's, in pixels.</param>
    public static Pass? Find(IReadOnlyList<LookReading> looks, double radius, double halfWidth)
    {
        int[] sides = [.. looks.Select(look => SideOf(look, halfWidth + (ClearShare * radius)))];
        for (int last = FewestLooks - 1; last < looks.Count - 1; last++)
        {
            int side = sides[last];
            int next = Array.FindIndex(sides, last + 1, other => other != 0);
            int before = RunBack(sides, last), after = next < 0 ? 0 : RunForward(sides, next);
            bool isHidden = next > last + 1 && next - last - 1 <= LongestOcclusion;
            if (side != 0 && isHidden && sides[next] == -side && before >= FewestLooks && after >= FewestLooks)
            {
                LookReading[] first = [.. looks.Skip(last + 1 - Math.Min(before, MostLooks)).Take(Math.Min(before, MostLooks))];
                LookReading[] second = [.. looks.Skip(next).Take(Math.Min(after, MostLooks))];
                return new Pass(
                    LookReading.Decide(first, PocketAttribute.Subject), LookReading.Decide(second, PocketAttribute.Subject),
                    LookReading.Decide(first, PocketAttribute.Colour), LookReading.Decide(second, PocketAttribute.Colour));
            }
        }

        return null;
    }

    /// <summary>-1 when clear on the occluder's left, 1 on its right, 0 when neither; 0 too where no occluder is seen.</summary>
    private static int SideOf(LookReading look, double clear)
    {
        double distance = look.X - look.OccluderX;
        return Math.Abs(distance) < clear || LookReading.Decide([look], PocketAttribute.Occluder) is null ? 0 : Math.Sign(distance);
    }

    private static int RunBack(int[] sides, int last)
    {
        int count = 0;
        for (int i = last; i >= 0 && sides[i] == sides[last]; i--)
        {
            count++;
        }

        return count;
    }

    private static int RunForward(int[] sides, int first)
    {
        int count = 0;
        for (int i = first; i < sides.Length && sides[i] == sides[first]; i++)
        {
            count++;
        }

        return count;
    }
}
