using RenderFarm.Jobs;
using RenderFarm.Media.Quality;

namespace RenderFarm.Media.Tests;

public sealed class QualityMeterTests
{
    private const int Period = 20;
    private const int Frames = 200;
    private static readonly FrameSize Size = new(32, 18);

    [Fact]
    public void Finish_OfASmoothFilm_ShowsNoSeam()
    {
        QualityReport report = Measure((frame, x) => 128 + (60 * Math.Sin((0.4 * x) + (0.3 * frame))));
        Assert.InRange(report.SeamRatio!.Value, 0.9, 1.1);
        Assert.InRange(Math.Abs(report.Drift!.Luma), 0, 0.02);
    }

    [Fact]
    public void Finish_WithAJumpAtEveryBorder_ShowsIt()
    {
        QualityReport report = Measure((frame, x) => 128 + (40 * Math.Sin((0.4 * x) + (0.02 * frame) + (1.5 * (frame / Period)))));
        Assert.True(report.SeamRatio > 5);
        Assert.True(report.SeamPeriodicity > 5);
    }

    [Fact]
    public void Finish_OfAFilmThatBrightens_ShowsDrift() =>
        Assert.InRange(Measure((frame, x) => 50 + (0.5 * frame) + x).Drift!.Luma, 0.3, 0.4);

    [Fact]
    public void Finish_OfAFilmThatRepeatsItself_ShowsIt()
    {
        Random random = new(1);
        double[] walk = [.. Enumerable.Range(0, Frames * 32).Select(_ => 255 * random.NextDouble())];
        Assert.True(Measure((frame, x) => walk[(frame % (2 * Period) * 32) + x]).Repetition > 0.95);
        Assert.True(Measure((frame, x) => walk[(frame * 32) + x]).Repetition < 0.5);
    }

    [Fact]
    public void Finish_OfAlternatingFrames_ShowsFlicker() =>
        Assert.True(Measure((frame, _) => frame % 2 == 0 ? 100 : 140).Flicker > 20);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Finish_OfAVeryShortOrConstantFilm_HasNoNumbersThatAreNone(int frames)
    {
        QualityMeter meter = new(Size, [], 0);
        for (int i = 0; i < frames; i++)
        {
            meter.Add(new byte[Size.Width * Size.Height * 3]);
        }

        string json = System.Text.Json.JsonSerializer.Serialize(meter.Finish());
        Assert.Contains($"\"Frames\":{frames}", json, StringComparison.Ordinal);
    }

    private static QualityReport Measure(Func<int, int, double> level)
    {
        QualityMeter meter = new(Size, Enumerable.Range(1, (Frames / Period) - 1).Select(i => i * Period), Period);
        byte[] frame = new byte[Size.Width * Size.Height * 3];
        for (int i = 0; i < Frames; i++)
        {
            for (int at = 0; at < frame.Length; at++)
            {
                frame[at] = (byte)Math.Clamp(level(i, at / 3 % Size.Width), 0, 255);
            }

            meter.Add(frame);
        }

        return meter.Finish();
    }
}
