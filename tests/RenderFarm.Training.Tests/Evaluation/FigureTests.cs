using RenderFarm.Training.Evaluation;

namespace RenderFarm.Training.Tests.Evaluation;

public sealed class FigureTests
{
    [Theory]
    [InlineData(0.97, 0.97, null, true)]
    [InlineData(0.96, 0.97, null, false)]
    [InlineData(1.1, null, 1.1, true)]
    [InlineData(1.2, null, 1.1, false)]
    [InlineData(double.NaN, null, 1.1, false)]
    [InlineData(double.NaN, 0.97, null, false)]
    [InlineData(null, 0.97, null, false)]
    [InlineData(0.5, null, null, null)]
    public void IsReached_OfAnAim_IsTrueOnlyWhenSomethingWasMeasuredAndIsGoodEnough(double? value, double? atLeast, double? atMost, bool? expected) =>
        Assert.Equal(expected, new Figure("share", value) { AtLeast = atLeast, AtMost = atMost }.IsReached);
}
