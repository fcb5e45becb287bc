using RenderFarm.Training.Evaluation;

namespace RenderFarm.Training.Tests;

public sealed class SeededRandomTests
{
    [Fact]
    public void For_OfOnePlace_IsTheSameInEveryProcess() => Assert.Equal(1630455674, Number(1, "films", 0));

    [Fact]
    public void For_OfOtherPlaces_IsAnother()
    {
        int[] numbers = [Number(1, "films", 0), Number(0, "films", 1), Number(2, "films", 0), Number(1, "films", 1), Number(1, "bounces", 0)];
        Assert.Equal(numbers.Length, numbers.Distinct().Count());
    }

    [Fact]
    public void Draw_OfManyCaptions_HardlyRepeats()
    {
        string[] captions = [.. Enumerable.Range(0, 300).Select(i => HeldOutCaption.Draw(SeededRandom.For(1, "adherence", i), extras: false).ToString())];
        Assert.True(captions.Distinct().Count() > 290, "captions repeat");
    }

    private static int Number(int seed, string purpose, int index) => SeededRandom.For(seed, purpose, index).Next();
}
