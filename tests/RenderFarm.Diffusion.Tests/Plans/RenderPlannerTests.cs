using RenderFarm.Diffusion.Plans;
using RenderFarm.Errors;
using RenderFarm.Jobs;
using RenderFarm.Models;
using RenderFarm.Plans;
using RenderFarm.Storyboards;

namespace RenderFarm.Diffusion.Tests.Plans;

public class RenderPlannerTests
{
    public static TheoryData<string, JobSpec> Refused => new()
    {
        { "prompt", TestModels.Job with { Prompt = null } },
        { "prompt", TestModels.Job with { Prompt = " \t" } },
        { "prompt", TestModels.Job with { Prompt = new string('a', 10_001) } },
        { "negative prompt", TestModels.Job with { NegativePrompt = new string('a', 10_001) } },
        { "storyboard", TestModels.Job with { Storyboard = TestModels.Shots() } },
        { "storyboard shot 2", TestModels.Job with { Storyboard = TestModels.Shots("a", " ") } },
        { "share", TestModels.Job with { Storyboard = Share(0) } },
        { "share", TestModels.Job with { Storyboard = Share(-1) } },
        { "share", TestModels.Job with { Storyboard = Share(double.NaN) } },
        { "share", TestModels.Job with { Storyboard = Share(double.PositiveInfinity) } },
        { "seconds 0", TestModels.Job with { Seconds = 0 } },
        { "seconds -1", TestModels.Job with { Seconds = -1 } },
        { "seconds NaN", TestModels.Job with { Seconds = double.NaN } },
        { "seconds Infinity", TestModels.Job with { Seconds = double.PositiveInfinity } },
        { "seconds 10000", TestModels.Job with { Seconds = 10_000 } },
        { "size 97x64", TestModels.Job with { Size = new FrameSize(97, 64) } },
        { "aspect 'square'", TestModels.Job with { Aspect = "square" } },
        { "aspect 'round'", TestModels.Job with { Aspect = "round" } },
        { "aspect 'tall'", TestModels.Job with { Aspect = "tall", Size = new FrameSize(96, 64) } },
        { "fps 24", TestModels.Job with { Fps = 24 } },
        { "steps 0", TestModels.Job with { Steps = 0 } },
        { "steps 1001", TestModels.Job with { Steps = 1001 } },
        { "guidance 0.5", TestModels.Job with { Guidance = 0.5 } },
        { "guidance 31", TestModels.Job with { Guidance = 31 } },
        { "guidance NaN", TestModels.Job with { Guidance = double.NaN } },
        { "overlap 0", TestModels.Job with { Overlap = 0 } },
        { "overlap 5", TestModels.Job with { Overlap = 5 } },
        { "priority -101", TestModels.Job with { Priority = -101 } },
        { "priority 101", TestModels.Job with { Priority = 101 } },
        { "strategy", TestModels.Job with { Strategy = (Strategy)9 } },
        { "sampler", TestModels.Job with { Sampler = (SamplerKind)9 } },
        { "blend", TestModels.Job with { Blend = (Blend)9 } },
        { "noise", TestModels.Job with { Noise = (NoiseKind)9 } },
        { "schedule", TestModels.Job with { Schedule = (UniPCSchedule)9 } },
        { "residual cache 0.1", TestModels.Job with { ResidualCache = 0.1 } },
        { "residual cache 1.1", TestModels.Job with { ResidualCache = 1.1 } },
        { "residual cache", TestModels.Job with { ResidualCache = double.NaN } },
        { "anchor frame", TestModels.Job with { AnchorFrame = true, Strategy = Strategy.Relay } },
        { "start image", TestModels.Job with { StartImage = new string('a', 64) } },
        { "expand 9", TestModels.Job with { Expansion = (Expansion)9 } },
        { "expand rules", TestModels.Job with { Expansion = Expansion.Rules, Storyboard = new Storyboard { Shots = [new Shot { Caption = "a" }] } } },
    };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public void Validate_WhatTheModelCannotDo_IsOneLineThatNamesTheField(string named, JobSpec spec)
    {
        RenderFarmException exception = Assert.Throws<RenderFarmException>(() => RenderPlanner.Validate(spec, TestModels.Small()));
        Assert.Equal(ErrorCodes.InvalidSpec, exception.Code);
        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
        Assert.True(exception.Message.Length < 300);
    }

    [Fact]
    public void Validate_EdgesOfWhatIsAllowed_Pass()
    {
        ModelDescriptor model = TestModels.Small();
        RenderPlanner.Validate(TestModels.Job with { Seconds = 600, Steps = 1000, Guidance = 30, Overlap = 4, Priority = 100 }, model);
        RenderPlanner.Validate(TestModels.Job with { Seconds = 1e-9, Steps = 1, Guidance = 1, Overlap = 1, Priority = -100 }, model);
        RenderPlanner.Validate(TestModels.Job with { Prompt = null, Storyboard = TestModels.Shots("a") }, model);
        RenderPlanner.Validate(TestModels.Job with { Aspect = "wide", Size = new FrameSize(128, 64), Fps = 8 }, model);
    }

    [Theory]
    [InlineData(1e-9, 1, 1)]
    [InlineData(0.125, 1, 1)]
    [InlineData(0.25, 2, 2)]
    [InlineData(0.625, 5, 2)]
    [InlineData(0.75, 6, 3)]
    [InlineData(60, 480, 121)]
    public void Plan_Seconds_BecomeFramesAndLatentFrames(double seconds, int frames, int latentFrames)
    {
        RenderPlan plan = RenderPlanner.Plan(TestModels.Job with { Seconds = seconds }, TestModels.Shots("a"), TestModels.Small());
        Assert.Equal(frames, plan.Frames);
        Assert.Equal(latentFrames, plan.LatentFrames);
        Assert.Equal(latentFrames, plan.Windows[^1].End);
        for (int i = 1; i < plan.Windows.Count; i++)
        {
            int overlap = plan.Windows[i - 1].End - plan.Windows[i].Start;
            Assert.Equal(overlap, plan.Windows[i].OverlapBefore);
            Assert.Equal(overlap, plan.Windows[i - 1].OverlapAfter);
        }
    }

    [Fact]
    public void Plan_Shots_TakeTheirShareOfTheWindows()
    {
        Storyboard storyboard = new() { Shots = [new Shot { Caption = "a", Share = 1 }, new Shot { Caption = "b", Share = 3 }] };
        RenderPlan plan = RenderPlanner.Plan(TestModels.Job with { Seconds = 60 }, storyboard, TestModels.Small());
        foreach (PlannedWindow window in plan.Windows)
        {
            bool first = window.Start + window.Length / 2.0 < plan.LatentFrames / 4.0;
            Assert.Equal(first ? 0 : 1, window.Shot);
            Assert.Equal(first ? "a" : "b", window.Caption);
        }
    }

    /// <summary>60 s are 24 windows of the small model, 7 s are 3.</summary>
    [Theory]
    [InlineData(60, 100, new[] { 0, 22, 23 })]
    [InlineData(60, 1, new[] { 0, 11, 12 })]
    [InlineData(60, 0.01, new[] { 0, 1, 2 })]
    [InlineData(7, 100, new[] { 0, 1, 2 })]
    public void Plan_Transition_HasOneWindowAndTheOthersOneAtLeast(double seconds, double share, int[] firsts)
    {
        Storyboard storyboard = new()
        {
            Shots =
            [
                new Shot { Caption = "a", Share = share }, new Shot { Caption = "b", Share = 0.12, IsTransition = true },
                new Shot { Caption = "c" },
            ],
        };
        RenderPlan plan = RenderPlanner.Plan(TestModels.Job with { Seconds = seconds }, storyboard, TestModels.Small());
        Assert.Equal(firsts, Enumerable.Range(0, 3).Select(shot => plan.FilmWindows.First(window => window.Shot == shot).Index));
        Assert.Single(plan.FilmWindows, window => window.Shot == 1);
    }

    [Fact]
    public void Plan_MoreShotsThanWindows_TakesThoseAtTheWindowsMiddles()
    {
        RenderPlan plan = RenderPlanner.Plan(TestModels.Job with { Seconds = 2 }, TestModels.Shots("a", "b", "c"), TestModels.Small());
        Assert.Equal("b", Assert.Single(plan.Windows).Caption);
    }

    [Fact]
    public void Plan_ShareOfAnySize_DoesNotOverflow()
    {
        Storyboard storyboard = new() { Shots = [new Shot { Caption = "a", Share = double.MaxValue }, new Shot { Caption = "b", Share = double.MaxValue }] };
        RenderPlan plan = RenderPlanner.Plan(TestModels.Job with { Seconds = 60 }, storyboard, TestModels.Small());
        Assert.Equal(0, plan.Windows[0].Shot);
        Assert.Equal(1, plan.Windows[^1].Shot);
    }

    [Fact]
    public void Plan_Aspect_ChoosesTheFirstSizeOfIt()
    {
        RenderPlan plan = RenderPlanner.Plan(TestModels.Job with { Aspect = "tall" }, TestModels.Shots("a"), TestModels.Small());
        Assert.Equal(new FrameSize(64, 96), plan.Size);
        Assert.Equal((6, 4), (plan.LatentHeight, plan.LatentWidth));
    }

    [Fact]
    public void Plan_WithoutSeed_IsRefused() =>
        Assert.Throws<RenderFarmException>(() => RenderPlanner.Plan(TestModels.Job with { Seed = null }, TestModels.Shots("a"), TestModels.Small()));

    private static Storyboard Share(double share) => new() { Shots = [new Shot { Caption = "a", Share = share }] };

    [Fact]
    public void Validate_StartImage_IsRefusedWhereTheModelNeedsOneOrItIsNoHash()
    {
        ModelDescriptor needs = TestModels.Small() with { StartImage = StartImageUse.Required }, may = needs with { StartImage = StartImageUse.Optional };
        RenderPlanner.Validate(TestModels.Job, may);
        RenderPlanner.Validate(TestModels.Job with { StartImage = new string('a', 64) }, needs);
        Assert.Contains("of a picture only", Refuse(TestModels.Job, needs), StringComparison.Ordinal);
        Assert.Contains("'../secret'", Refuse(TestModels.Job with { StartImage = "../secret" }, may), StringComparison.Ordinal);

        static string Refuse(JobSpec spec, ModelDescriptor model) => Assert.Throws<RenderFarmException>(() => RenderPlanner.Validate(spec, model)).Message;
    }

    [Theory]
    [InlineData(192, 128, true)]
    [InlineData(200, 128, false)]
    [InlineData(256, 160, false)]
    [InlineData(-32, -32, false)]
    public void Validate_SizeOfOnesOwn_MustBeInStepsAndNotTooLarge(int width, int height, bool isAllowed)
    {
        ModelDescriptor model = TestModels.Small() with { SizeStep = 32, MaxPixels = 192 * 128 };
        JobSpec spec = TestModels.Job with { Size = new FrameSize(width, height) };
        if (isAllowed)
        {
            RenderPlanner.Validate(spec, model);
        }
        else
        {
            Assert.Contains("multiples of 32", Assert.Throws<RenderFarmException>(() => RenderPlanner.Validate(spec, model)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Plan_WhatAModelWithTwoExpertsSays_HoldsUnlessTheJobHasAScaleOfItsOwn()
    {
        ModelDescriptor model = TestModels.Small() with { LowNoiseGuidance = 3, NegativePrompt = "blurry", Schedule = UniPCSchedule.Endpoint0999 };
        RenderPlan plan = RenderPlanner.Plan(TestModels.Job, TestModels.Shots("a"), model);
        Assert.Equal((3.0, "blurry", UniPCSchedule.Endpoint0999), (plan.LowNoiseGuidance, plan.NegativeCaption, plan.Schedule));
        plan = RenderPlanner.Plan(TestModels.Job with { Guidance = 5, NegativePrompt = "" }, TestModels.Shots("a"), model);
        Assert.Equal((null, ""), (plan.LowNoiseGuidance, plan.NegativeCaption));
    }
}
