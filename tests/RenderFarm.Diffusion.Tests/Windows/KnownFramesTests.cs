using RenderFarm.Diffusion.Plans;
using RenderFarm.Diffusion.Windows;
using RenderFarm.Jobs;
using RenderFarm.Plans;

namespace RenderFarm.Diffusion.Tests.Windows;

public class KnownFramesTests
{
    [Fact]
    public void Of_Anchored_AreTheKeyframesInTheWindowEachFromTheEarliestThatHoldsIt()
    {
        foreach (double seconds in new[] { 8, 13.5, 30, 60 })
        {
            RenderPlan plan = Plan(Strategy.Anchored, seconds);
            int spacing = plan.Windows[0].Spacing;
            foreach (PlannedWindow window in plan.FilmWindows)
            {
                IReadOnlyList<KnownFrames> known = KnownFrames.Of(plan, window);
                Assert.Equal(
                    Enumerable.Range(0, window.Length).Where(position => (window.Start + position) % spacing == 0),
                    known.SelectMany(frames => frames.Positions));
                foreach (KnownFrames frames in known)
                {
                    PlannedWindow source = plan.Windows[frames.Source];
                    Assert.True(source.IsKeyframes);
                    for (int i = 0; i < frames.Positions.Count; i++)
                    {
                        int frame = window.Start + frames.Positions[i];
                        Assert.InRange(frames.SourceStart + i, 0, source.Length - 1);
                        Assert.Equal(frame, source.Start + ((frames.SourceStart + i) * spacing));
                        Assert.DoesNotContain(plan.Windows.Take(source.Index), earlier => earlier.Holds(frame));
                    }
                }
            }
        }
    }

    [Fact]
    public void Of_WindowOfKeyframes_AreNone()
    {
        RenderPlan plan = Plan(Strategy.Anchored, 60);
        Assert.True(plan.KeyframeWindows.Count() > 1);
        Assert.All(plan.KeyframeWindows, window => Assert.Empty(KnownFrames.Of(plan, window)));
    }

    [Fact]
    public void Of_Relay_AreThePredecessorsLast()
    {
        RenderPlan plan = Plan(Strategy.Relay, 13.5);
        Assert.Empty(KnownFrames.Of(plan, plan.Windows[0]));
        foreach (PlannedWindow window in plan.Windows.Skip(1))
        {
            KnownFrames known = Assert.Single(KnownFrames.Of(plan, window));
            Assert.Equal((window.Index - 1, window.Start - plan.Windows[window.Index - 1].Start), (known.Source, known.SourceStart));
            Assert.Equal(Enumerable.Range(0, window.OverlapBefore), known.Positions);
        }
    }

    [Fact]
    public void Of_Parallel_AreNone()
    {
        RenderPlan plan = Plan(Strategy.Parallel, 13.5);
        Assert.All(plan.Windows, window => Assert.Empty(KnownFrames.Of(plan, window)));
    }

    private static RenderPlan Plan(Strategy strategy, double seconds) =>
        RenderPlanner.Plan(TestModels.Job with { Seconds = seconds, Strategy = strategy }, TestModels.Shots("a", "b"), TestModels.Small());
}
