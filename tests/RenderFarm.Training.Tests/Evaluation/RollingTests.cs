using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Training.Evaluation.Judging;
using RenderFarm.Training.Evaluation.Physics;
using RenderFarm.Training.World;

namespace RenderFarm.Training.Tests.Evaluation;

public sealed class RollingTests
{
    private const int Width = 256;
    private const int Height = 160;
    private const int Frames = 29;

    [Theory]
    [InlineData("rolls", 0.9, 1.1)]
    [InlineData("slides", -0.1, 0.1)]
    public void Fit_OfRenderedBalls_TellsRollingFromSliding(string action, double least, double most)
    {
        PocketCaption caption = WorldCaption.Plain with { Action = action, Size = "large", Colour = "red" };
        double[] ratios = [.. Enumerable.Range(1, 6).Select(seed => Follow(new Scene(caption, Width, Height, seed)).Ratio).OfType<double>()];
        Assert.True(ratios.Length >= 2, "no ball goes far enough");
        Assert.InRange(ratios.Order().ElementAt(ratios.Length / 2), least, most);
    }

    [Fact]
    public void Fit_OfABallThatStays_SaysNothing() =>
        Assert.Null(Rolling.Fit([new BallReading(10, 0), new BallReading(11, 3), new BallReading(10, 6)], radius: 20).Ratio);

    [Fact]
    public void Fit_OfAnglesPastAWholeTurn_GoesOn()
    {
        BallReading[] readings = [.. Enumerable.Range(0, 40).Select(i => new BallReading(i * 5, i * 5 / 20.0 % Math.Tau))];
        Assert.Equal(1, Rolling.Fit(readings, radius: 20).Ratio!.Value, 6);
    }

    private static Rolling Follow(Scene scene)
    {
        BallFinder finder = new("red", scene.SubjectRadius);
        RenderedClip clip = RenderedClip.Render(scene.Caption, scene, Width, Height, start: 0, Frames);
        int frameBytes = Width * Height * 3;
        return Rolling.Fit(
            [
                .. Enumerable.Range(0, Frames).Select(frame =>
                {
                    (float x, float y) = scene.SubjectAt(frame / (double)Scene.Fps);
                    return finder.Find(clip.Pixels.AsSpan(frame * frameBytes, frameBytes), Width, Height, x, y);
                }),
            ],
            scene.SubjectRadius);
    }
}
