using FsCheck;
using FsCheck.Fluent;
using RenderFarm.Diffusion.Plans;
using RenderFarm.Diffusion.Windows;
using RenderFarm.Jobs;
using RenderFarm.Plans;

namespace RenderFarm.Diffusion.Tests.Windows;

public class BlendWeightsTests
{
    [Fact]
    public void Right_AnyOverlap_SumsWithTheLeftToExactlyOneAndRises()
    {
        Gen<(int, int, Blend, int, int)> cases =
            from length in Gen.Choose(2, 64)
            from overlap in Gen.Choose(1, length / 2)
            from blend in Gen.Elements(Enum.GetValues<Blend>())
            from seed in Gen.Choose(0, int.MaxValue)
            from step in Gen.Choose(0, 999)
            select (length, overlap, blend, seed, step);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            float[] right = BlendWeights.Right(c.Item3, c.Item2, c.Item1, c.Item1, c.Item4, c.Item5, border: 2);
            Assert.Equal(c.Item2, right.Length);
            Assert.All(right, weight => Assert.InRange(weight, 0f, 1f));
            Assert.All(right, weight => Assert.Equal(1f, weight + (1 - weight)));
            Assert.Equal(right.Order(), right);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Fact]
    public void Right_Linear_IsARampWithoutItsEnds() =>
        Assert.Equal([0.25f, 0.5f, 0.75f], BlendWeights.Right(Blend.Linear, 3, 8, 8, 0, 0, 0));

    [Fact]
    public void Right_Pyramid_IsLinearUpToHalfAWindowAndNotBeyond()
    {
        Assert.Equal(BlendWeights.Right(Blend.Linear, 4, 8, 8, 0, 0, 0), BlendWeights.Right(Blend.Pyramid, 4, 8, 8, 0, 0, 0));
        Assert.NotEqual(BlendWeights.Right(Blend.Linear, 6, 8, 8, 0, 0, 0), BlendWeights.Right(Blend.Pyramid, 6, 8, 8, 0, 0, 0));
    }

    [Fact]
    public void Right_Cut_IsDrawnAnewEachStepAndAgainTheSame()
    {
        int[] cuts = [.. Enumerable.Range(0, 300).Select(step => BlendWeights.Right(Blend.Cut, 3, 8, 8, 5, step, 1).Count(weight => weight == 1))];
        Assert.Equal([0, 1, 2, 3], cuts.Distinct().Order());
        Assert.Equal(cuts, Enumerable.Range(0, 300).Select(step => BlendWeights.Right(Blend.Cut, 3, 8, 8, 5, step, 1).Count(weight => weight == 1)));
    }

    [Fact]
    public void Right_OfAPlanWithAnchorFrames_IsZeroOnTheLeadAndTheUsualRampBehindIt()
    {
        RenderPlan plan = RenderPlanner.Plan(TestModels.Job with { AnchorFrame = true }, TestModels.Shots("a"), TestModels.Small());
        Assert.True(plan.Windows.Count > 2);
        for (int border = 0; border < plan.Windows.Count - 1; border++)
        {
            int overlap = plan.Windows[border].OverlapAfter;
            Assert.Equal(1, plan.Windows[border + 1].Lead);
            float[] weights = BlendWeights.Right(plan, border, step: 0);
            Assert.Equal([0, .. Enumerable.Range(1, overlap - 1).Select(i => i / (float)overlap)], weights);
        }
    }
}
