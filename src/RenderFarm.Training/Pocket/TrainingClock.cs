using System.Diagnostics;

namespace RenderFarm.Training.Pocket;

/// <summary>A stage's time: training is planned in minutes, so the learning rate follows time, across resumptions too.</summary>
internal sealed class TrainingClock(double minutes, double secondsBefore)
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    public double Seconds => secondsBefore + _watch.Elapsed.TotalSeconds;

    /// <summary>Share of the stage's time gone, 0 to 1 and above.</summary>
    public double Progress => Seconds / (60 * minutes);

    /// <summary>Warm-up over the first steps, then half a cosine down to a twentieth.</summary>
    public double LearningRate(double peak, int step, int warmUp) =>
        peak * Math.Min(1, (step + 1.0) / warmUp) * (0.05 + (0.475 * (1 + Math.Cos(Math.PI * Math.Min(1, Progress)))));
}
