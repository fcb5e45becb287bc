using FsCheck;
using FsCheck.Fluent;
using RenderFarm.Diffusion.Plans;
using RenderFarm.Jobs;
using RenderFarm.Plans;

namespace RenderFarm.Diffusion.Tests.Plans;

public class AnchorFramePlanTests
{
    [Fact]
    public void Plan_WithAnchorFrames_CoversTheTimelineByWindowsOfAtMostTheModelsLengthTwoAtMostOverAFrame()
    {
        Gen<(int, int, double)> cases =
            from length in Gen.Choose(3, 24)
            from overlap in Gen.Choose(1, length / 2)
            from tenths in Gen.Choose(5, 600)
            select (length, overlap, tenths / 10.0);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            RenderPlan plan = RenderPlanner.Plan(
                TestModels.Job with { Seconds = c.Item3, AnchorFrame = true, Overlap = c.Item2 }, TestModels.Shots("a"), TestModels.Small(c.Item1, c.Item2));
            int[] cover = new int[plan.LatentFrames];
            foreach (PlannedWindow window in plan.Windows)
            {
                Assert.InRange(window.Length, 1, c.Item1);
                Assert.Equal(window.Index == 0 ? 0 : plan.Windows[window.Index - 1].End - window.Start, window.OverlapBefore);
                Assert.True(window.Lead < Math.Max(1, window.OverlapBefore), "a lead is a part of an overlap");
                Assert.Equal(window.OverlapBefore, window.Index == 0 ? 0 : plan.Windows[window.Index - 1].OverlapAfter);
                for (int frame = window.Start; frame < window.End; frame++)
                {
                    cover[frame]++;
                }
            }

            Assert.Equal(0, plan.Windows[0].Lead);
            Assert.All(cover, count => Assert.InRange(count, 1, 2));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public void Plan_OtherStrategies_HaveNoLead()
    {
        foreach (Strategy strategy in (Strategy[])[Strategy.Relay, Strategy.Anchored])
        {
            RenderPlan plan = RenderPlanner.Plan(
                TestModels.Job with { Strategy = strategy }, TestModels.Shots("a"), TestModels.Small() with { AnchorFrame = true });
            Assert.All(plan.Windows, window => Assert.Equal(0, window.Lead));
        }
    }
}
