using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Training.Evaluation.Physics;
using RenderFarm.Training.World;

namespace RenderFarm.Training.Tests.Evaluation;

public sealed class ParabolasTests
{
    private const int Fps = 12;
    private const double Gravity = 300;

    [Fact]
    public void Fit_OfBounces_FindsTheirGravity()
    {
        Parabolas found = Parabolas.Fit(Track(time => (150 * time) - (Gravity / 2 * time * time), 150 / (Gravity / 2)), Fps, least: 10);
        Assert.True(found.Count >= 2);
        Assert.InRange(found.Gravity!.Value, 0.98 * Gravity, 1.02 * Gravity);
        Assert.InRange(found.Residual!.Value, 0, 0.01);
    }

    [Fact]
    public void Fit_OfAZigzag_IsFarFromParabolas()
    {
        Parabolas found = Parabolas.Fit(Track(time => 75 * (0.5 - Math.Abs(time - 0.5)), 1), Fps, least: 10);
        Assert.True(found.Residual > 0.03, $"residual {found.Residual}");
    }

    [Fact]
    public void Fit_OfWhatHardlyRises_FindsNone()
    {
        Parabolas found = Parabolas.Fit(Track(time => time, 1), Fps, least: 10);
        Assert.Equal((0, null, null), (found.Count, found.Residual, found.Gravity));
    }

    [Fact]
    public void Fit_OfTheWorldsOwnBounce_HasHardlyARest()
    {
        PocketCaption caption = WorldCaption.Plain with { Action = "bounces" };
        Scene scene = new(caption, 256, 160, 7);
        Parabolas found = Parabolas.Fit([.. Enumerable.Range(0, 60).Select(frame => 160.0 - scene.SubjectAt(frame / (double)Fps).Y)], Fps, least: 16);
        Assert.True(found.Count > 0);
        Assert.InRange(found.Residual!.Value, 0, 0.02);
    }

    /// <summary>Four seconds of one arc after the other.</summary>
    private static double[] Track(Func<double, double> height, double period) =>
        [.. Enumerable.Range(0, 4 * Fps).Select(frame => height(frame / (double)Fps % period))];
}
