using RenderFarm.Diffusion.Plans;
using RenderFarm.Jobs;
using RenderFarm.Plans;

namespace RenderFarm.Diffusion.Tests.Plans;

public class PlanDifferenceTests
{
    // 28 latent frames: five windows of 8, one for each of five shots.
    private static readonly JobSpec FiveWindows = TestModels.Job with { Seconds = 13.5 };

    [Fact]
    public void ReusableWindows_ThirdOfFiveShotsChanged_AreTheTwoUntouchedByIt()
    {
        RenderPlan before = Plan(FiveWindows, "c");
        Assert.Equal([0, 1, 2, 3, 4], before.Windows.Select(window => window.Shot));
        Assert.Equal([0, 4], PlanDifference.ReusableWindows(before, Plan(FiveWindows, "changed")));
    }

    [Fact]
    public void ReusableWindows_Relay_AreAllBeforeTheFirstChange()
    {
        JobSpec relay = FiveWindows with { Strategy = Strategy.Relay };
        Assert.Equal([0, 1], PlanDifference.ReusableWindows(Plan(relay, "c"), Plan(relay, "changed")));
    }

    /// <summary>Keyframes 0, 5, ... 25 in windows 0 to 4, one a shot but for the last's two, then the film's windows 5 to 9.</summary>
    [Fact]
    public void ReusableWindows_Anchored_AreTheUntouchedWithUntouchedKeyframes()
    {
        JobSpec anchored = FiveWindows with { Strategy = Strategy.Anchored };
        RenderPlan before = Plan(anchored, "c");
        Assert.Equal([(0, 0), (1, 5), (2, 10), (3, 15), (4, 20)], before.KeyframeWindows.Select(window => (window.Shot, window.Start)));
        Assert.Equal(5, before.FilmWindows.Count());

        // Keyframe 10 is the third shot's: it lies in windows 6 (5 to 12) and 7 (10 to 17), and 6 and 8 agree with 7.
        Assert.Equal([0, 1, 3, 4, 5, 9], PlanDifference.ReusableWindows(before, Plan(anchored, "changed")));
    }

    /// <summary>A window of the film is not re-used without its keyframes, even where no caption beside it changed.</summary>
    [Fact]
    public void ReusableWindows_AnchoredKeyframeOfAnotherShotChanged_IsNotReused()
    {
        JobSpec anchored = FiveWindows with { Strategy = Strategy.Anchored };
        RenderPlan before = Plan(anchored, "c");
        PlannedWindow[] windows = [.. before.Windows.Select(window => window.Index == 2 ? window with { Caption = "changed" } : window)];
        Assert.Equal([0, 1, 3, 4, 5, 8, 9], PlanDifference.ReusableWindows(before, before with { Windows = windows }));
    }

    [Fact]
    public void ReusableWindows_NothingChanged_AreAll()
    {
        Assert.Equal(5, PlanDifference.ReusableWindows(Plan(FiveWindows, "c"), Plan(FiveWindows, "c")).Count);
        JobSpec relay = FiveWindows with { Strategy = Strategy.Relay };
        Assert.Equal(5, PlanDifference.ReusableWindows(Plan(relay, "c"), Plan(relay, "c")).Count);
    }

    [Fact]
    public void ReusableWindows_OtherSettings_AreNone()
    {
        RenderPlan before = Plan(FiveWindows, "c");
        foreach (JobSpec other in new[] { FiveWindows with { Seed = 8 }, FiveWindows with { Steps = 7 }, FiveWindows with { Seconds = 14 }, FiveWindows with { Overlap = 4 } })
        {
            Assert.Empty(PlanDifference.ReusableWindows(before, Plan(other, "c")));
        }
    }

    private static RenderPlan Plan(JobSpec spec, string third) =>
        RenderPlanner.Plan(spec, TestModels.Shots("a", "b", third, "d", "e"), TestModels.Small());
}
