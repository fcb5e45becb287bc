namespace RenderFarm.Media.Quality;

/// <summary>What can be said of a film's frames without any model. Null where the film is too short to say it.</summary>
public sealed record QualityReport
{
    public required int Frames { get; init; }

    /// <summary>Mean |frame difference| at window borders over the median inside windows; 1 where no border shows.</summary>
    public double? SeamRatio { get; init; }

    /// <summary>Power of the frame differences' spectrum at the window period over the median of its surroundings; 1 where none shows.</summary>
    public double? SeamPeriodicity { get; init; }

    /// <summary>Mean |second difference| of the frames' luma, 0 to 255.</summary>
    public double? Flicker { get; init; }

    /// <summary>Change from the first 15 % of the film to the last.</summary>
    public QualityDrift? Drift { get; init; }

    /// <summary>Highest correlation of a frame's luma with another's, a window or more away, after the film's mean is taken off; 0 to 1.</summary>
    public double? Repetition { get; init; }

    /// <summary>One line for people.</summary>
    public string Headline => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"seam ratio {Show(SeamRatio)}, luma drift {Show(Drift?.Luma, 100)} %, saturation drift {Show(Drift?.Saturation, 100)} %, repetition {Show(Repetition)}");

    private static string Show(double? value, double scale = 1) =>
        value is double number ? (number * scale).ToString("0.00", System.Globalization.CultureInfo.InvariantCulture) : "n/a";
}
