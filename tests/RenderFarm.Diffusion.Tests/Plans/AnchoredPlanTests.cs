using RenderFarm.Diffusion.Plans;
using RenderFarm.Jobs;
using RenderFarm.Plans;
using RenderFarm.Storyboards;

namespace RenderFarm.Diffusion.Tests.Plans;

/// <summary>Plans of <see cref="Strategy.Anchored"/>.</summary>
public class AnchoredPlanTests
{
    /// <summary>28 latent frames: five windows of 8 that begin 5 apart, and keyframes 0, 5, ... 25.</summary>
    [Fact]
    public void Plan_OneShot_PutsWindowsOfKeyframesBeforeTheFilms()
    {
        RenderPlan plan = Plan(13.5, TestModels.Shots("a"));
        Assert.Equal(Strategy.Anchored, plan.Strategy);
        PlannedWindow keyframes = Assert.Single(plan.KeyframeWindows);
        Assert.Equal((0, 0, 6, 5, 26, 0, 0), Shape(keyframes));
        Assert.Equal(
            [(1, 0, 8, 1, 8, 0, 3), (2, 5, 8, 1, 13, 3, 3), (3, 10, 8, 1, 18, 3, 3), (4, 15, 8, 1, 23, 3, 3), (5, 20, 8, 1, 28, 3, 0)],
            plan.FilmWindows.Select(Shape));
    }

    /// <summary>121 latent frames: 25 keyframes, five latent frames apart, in windows of 8 of them.</summary>
    [Fact]
    public void Plan_LongFilm_OverlapsItsWindowsOfKeyframes()
    {
        RenderPlan plan = Plan(60, TestModels.Shots("a"));
        PlannedWindow[] keyframes = [.. plan.KeyframeWindows];
        var geometry = WindowGeometry.Cover(25, 8, 3);
        Assert.Equal(geometry.Starts.Select(start => 5 * start), keyframes.Select(window => window.Start));
        Assert.All(keyframes, window => Assert.Equal((8, 5), (window.Length, window.Spacing)));
        Assert.All(keyframes.Skip(1), window => Assert.InRange(window.OverlapBefore, 3, 4));
        RequireWholeLevels(plan);
    }

    [Fact]
    public void Plan_ManyFilms_GivesEveryWindowAKeyframe()
    {
        foreach ((int length, int overlap) in new[] { (8, 3), (8, 1), (8, 4), (6, 2), (2, 1), (3, 1), (21, 5) })
        {
            for (int frames = 1; frames <= 150; frames++)
            {
                RenderPlan plan = Plan(((4 * frames) - 3) / 8.0, TestModels.Shots("a", "b", "c"), length, overlap);
                Assert.Equal(frames, plan.LatentFrames);
                Assert.Equal(plan.FilmWindows.Count() > 1, plan.KeyframeWindows.Any());
                RequireWholeLevels(plan);
                if (plan.KeyframeWindows.Any())
                {
                    Assert.All(plan.FilmWindows, window => Assert.Contains(
                        Enumerable.Range(window.Start, window.Length), frame => plan.KeyframeWindows.Any(keyframes => keyframes.Holds(frame))));
                }
            }
        }
    }

    [Fact]
    public void Plan_FilmOfOneWindow_IsParallels()
    {
        RenderPlan anchored = Plan(3, TestModels.Shots("a"));
        RenderPlan parallel = RenderPlanner.Plan(TestModels.Job with { Seconds = 3, Strategy = Strategy.Parallel }, TestModels.Shots("a"), TestModels.Small());
        Assert.Equal(parallel.Windows, anchored.Windows);
        Assert.Equal(1, Assert.Single(anchored.Windows).Spacing);
    }

    [Fact]
    public void Plan_FilmOfManyWindows_CutsTheFilmAsParallelDoes()
    {
        RenderPlan anchored = Plan(60, TestModels.Shots("a", "b"));
        RenderPlan parallel = RenderPlanner.Plan(TestModels.Job with { Seconds = 60, Strategy = Strategy.Parallel }, TestModels.Shots("a", "b"), TestModels.Small());
        Assert.Equal(parallel.Windows, anchored.FilmWindows.Select((window, i) => window with { Index = i }));
    }

    /// <summary>121 latent frames in shares of 1 and 3: a cut at 30.25, and the middle of keyframe 30 is after it.</summary>
    [Fact]
    public void Plan_SeveralShots_MixesNoneOfTheirKeyframes()
    {
        Storyboard storyboard = new() { Shots = [new Shot { Caption = "a" }, new Shot { Caption = "b", Share = 3 }] };
        RenderPlan plan = Plan(60, storyboard);
        foreach (PlannedWindow window in plan.KeyframeWindows)
        {
            Assert.Equal(window.Start <= 25 ? (0, "a") : (1, "b"), (window.Shot, window.Caption));
            Assert.Equal(window.Start <= 25, window.End - 1 <= 25);
        }

        PlannedWindow last = plan.KeyframeWindows.Last(window => window.Shot == 0), first = plan.KeyframeWindows.First(window => window.Shot == 1);
        Assert.Equal((26, 0), (last.End, last.OverlapAfter));
        Assert.Equal((30, 0), (first.Start, first.OverlapBefore));
        Assert.True(plan.KeyframeWindows.Count(window => window.Shot == 1) > 1);
        RequireWholeLevels(plan);
    }

    /// <summary>Five windows, of which the third is a transition's: the keyframes at its ends are its neighbours'.</summary>
    [Fact]
    public void Plan_Transition_HasNoKeyframes()
    {
        Storyboard storyboard = new()
        {
            Shots = [new Shot { Caption = "a" }, new Shot { Caption = "b", Share = 0.12, IsTransition = true }, new Shot { Caption = "c" }],
        };
        RenderPlan plan = Plan(13.5, storyboard);
        Assert.Equal([0, 0, 1, 2, 2], plan.FilmWindows.Select(window => window.Shot));
        Assert.Equal([(0, 11, 0), (15, 11, 2)], plan.KeyframeWindows.Select(window => (window.Start, window.End - window.Start, window.Shot)));
        RequireWholeLevels(plan);
    }

    [Fact]
    public void Plan_TransitionInAFilmOfAnyLength_HasNoKeyframes()
    {
        Storyboard storyboard = new()
        {
            Shots = [new Shot { Caption = "a" }, new Shot { Caption = "b", IsTransition = true }, new Shot { Caption = "c" }],
        };
        for (int seconds = 7; seconds <= 60; seconds++)
        {
            RenderPlan plan = Plan(seconds, storyboard);
            Assert.Single(plan.FilmWindows, window => window.Shot == 1);
            Assert.DoesNotContain(plan.KeyframeWindows, window => window.Shot == 1);
            RequireWholeLevels(plan);
        }
    }

    [Fact]
    public void Plan_AfterJson_IsTheSame()
    {
        RenderPlan plan = Plan(13.5, TestModels.Shots("a"));
        RenderPlan read = System.Text.Json.JsonSerializer.Deserialize<RenderPlan>(System.Text.Json.JsonSerializer.Serialize(plan))!;
        Assert.Equal(plan.Windows, read.Windows);
        Assert.Equal([5, 1, 1, 1, 1, 1], read.Windows.Select(window => window.Spacing));
    }

    /// <summary>Indices count up; keyframes come first; each level covers its frames, and neighbours say the same of their overlap.</summary>
    private static void RequireWholeLevels(RenderPlan plan)
    {
        Assert.Equal(Enumerable.Range(0, plan.Windows.Count), plan.Windows.Select(window => window.Index));
        Assert.Equal(plan.KeyframeWindows.Concat(plan.FilmWindows), plan.Windows);
        Assert.Equal(Enumerable.Range(0, plan.LatentFrames), Frames(plan.FilmWindows));
        int spacing = plan.Windows[0].Spacing;
        if (spacing > 1)
        {
            Assert.All(plan.KeyframeWindows, window => Assert.Equal(spacing, window.Spacing));
            Assert.Equal(Enumerable.Range(0, plan.LatentFrames).Where(frame => frame % spacing == 0), Frames(plan.KeyframeWindows));
        }

        Assert.Equal((0, 0), (plan.Windows[0].OverlapBefore, plan.Windows[^1].OverlapAfter));
        foreach ((PlannedWindow left, PlannedWindow right) in plan.Windows.Zip(plan.Windows.Skip(1)))
        {
            Assert.Equal(left.OverlapAfter, right.OverlapBefore);
            int shared = left.Spacing == right.Spacing ? Frames([left]).Intersect(Frames([right])).Count() : 0;
            Assert.Equal(shared, left.OverlapAfter);
            Assert.Equal(left.Spacing == right.Spacing && (!left.IsKeyframes || left.Shot == right.Shot), shared > 0);
        }
    }

    /// <summary>The timeline's frames that some of the windows hold.</summary>
    private static IEnumerable<int> Frames(IEnumerable<PlannedWindow> windows) =>
        windows.SelectMany(window => Enumerable.Range(0, window.Length).Select(i => window.Start + (i * window.Spacing))).Distinct().Order();

    private static (int Index, int Start, int Length, int Spacing, int End, int Before, int After) Shape(PlannedWindow window) =>
        (window.Index, window.Start, window.Length, window.Spacing, window.End, window.OverlapBefore, window.OverlapAfter);

    private static RenderPlan Plan(double seconds, Storyboard storyboard, int length = 8, int overlap = 3) => RenderPlanner.Plan(
        TestModels.Job with { Seconds = seconds, Strategy = Strategy.Anchored }, storyboard, TestModels.Small(length, overlap));
}
