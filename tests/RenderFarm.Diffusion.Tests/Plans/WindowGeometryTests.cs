using FsCheck;
using FsCheck.Fluent;
using RenderFarm.Diffusion.Plans;

namespace RenderFarm.Diffusion.Tests.Plans;

public class WindowGeometryTests
{
    [Fact]
    public void Cover_AnyTimeline_IsCoveredEvenlyByAtMostTwoWindowsWithOverlapsOfAtMostHalf()
    {
        Gen<(int, int, int)> cases =
            from frames in Gen.Choose(1, 700)
            from length in Gen.Choose(2, 33)
            from overlap in Gen.Choose(1, length / 2)
            select (frames, length, overlap);
        Prop.ForAll(cases.ToArbitrary(), c => Check(c.Item1, c.Item2, c.Item3)).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    [Fact]
    public void Cover_EverySmallTimeline_Holds()
    {
        for (int length = 2; length <= 12; length++)
        {
            for (int overlap = 1; overlap <= length / 2; overlap++)
            {
                for (int frames = 1; frames <= 80; frames++)
                {
                    Check(frames, length, overlap);
                }
            }
        }
    }

    [Theory]
    [InlineData(16, 8, 3, 8, new[] { 0, 4, 8 })]
    [InlineData(13, 8, 3, 8, new[] { 0, 5 })]
    [InlineData(9, 8, 3, 6, new[] { 0, 3 })]
    [InlineData(8, 8, 3, 8, new[] { 0 })]
    [InlineData(5, 8, 3, 5, new[] { 0 })]
    public void Cover_KnownTimelines_AreAsDrawn(int frames, int window, int overlap, int length, int[] starts)
    {
        var geometry = WindowGeometry.Cover(frames, window, overlap);
        Assert.Equal(length, geometry.Length);
        Assert.Equal(starts, geometry.Starts);
    }

    private static void Check(int frames, int windowLength, int wanted)
    {
        var geometry = WindowGeometry.Cover(frames, windowLength, wanted);
        IReadOnlyList<int> starts = geometry.Starts;
        Assert.InRange(geometry.Length, 1, windowLength);
        Assert.Equal(0, starts[0]);
        Assert.Equal(frames, starts[^1] + geometry.Length);
        if (starts.Count == 1)
        {
            return;
        }

        int[] strides = [.. starts.Zip(starts.Skip(1), (a, b) => b - a)];
        int[] overlaps = [.. strides.Select(stride => geometry.Length - stride)];
        Assert.InRange(strides.Max() - strides.Min(), 0, 1);
        Assert.InRange(overlaps.Min(), 1, geometry.Length / 2);
        Assert.InRange(overlaps.Max(), 1, geometry.Length / 2);
        for (int frame = 0; frame < frames; frame++)
        {
            Assert.InRange(starts.Count(start => start <= frame && frame < start + geometry.Length), 1, 2);
        }

        // With a third of a window or less there is room enough on timelines of three windows and more.
        if (wanted * 3 <= windowLength && windowLength >= 8 && frames >= 3 * windowLength)
        {
            Assert.True(overlaps.Min() >= wanted, $"overlap {overlaps.Min()} of {wanted}, {frames} frames in windows of {windowLength}");
        }
    }
}
