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
