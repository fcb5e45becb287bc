using RenderFarm.Jobs;

namespace RenderFarm.Cli.Watching;

/// <summary>How fast a job goes, from what it has done since it was first looked at.</summary>
internal sealed class JobPace(TimeProvider time)
{
    /// <summary>Decoding's share of the work, in steps of one window.</summary>
    private const double StepsPerDecodedWindow = 0.5;

    private (double Done, long Time)? _first;

    /// <summary>Window steps done a second; 0 while that is not known.</summary>
    public double StepsPerSecond { get; private set; }

    /// <summary>Share of the job's work done, 0 to 1.</summary>
    public double Done { get; private set; }

    /// <summary>Null while it is not known.</summary>
    public TimeSpan? Left { get; private set; }

    public void See(JobProgress job)
    {
        if (job.Plan is not { } plan || job.Segments.Count == 0)
        {
            return;
        }

        double decoding = plan.FilmWindows.Count() * StepsPerDecodedWindow;
        double all = (plan.Windows.Count * plan.Steps) + decoding;
        double decoded = job.Stitch is { } stitch ? (double)stitch.Decoded / plan.LatentFrames : 0;
        double done = job.Segments.Sum(segment => segment.Step) + (decoded * decoding);
        Done = job.State == JobState.Completed ? 1 : done / all;
        long now = time.GetTimestamp();
        (double Done, long Time) first = _first ??= (done, now);
        double seconds = time.GetElapsedTime(first.Time, now).TotalSeconds;
        if (done > first.Done && seconds > 0)
        {
            StepsPerSecond = (done - first.Done) / seconds;
            Left = TimeSpan.FromSeconds((all - done) / StepsPerSecond);
        }
    }
}
