using RenderFarm.Jobs;

namespace RenderFarm.Cli.Watching;

/// <summary>Plain lines for logs and pipes: the storyboard, each state, and progress every few seconds.</summary>
internal sealed class PlainJobView(TextWriter output, TimeProvider time) : IJobView
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    public async Task<JobProgress> ShowAsync(IAsyncEnumerable<JobProgress> job)
    {
        var pace = new JobPace(time);
        JobProgress? last = null;
        long shownAt = time.GetTimestamp();
        await foreach (JobProgress progress in job)
        {
            pace.See(progress);
            if (last?.Plan is null && progress is { Plan: { } plan, Storyboard: { } storyboard })
            {
                foreach (string line in StoryboardLines.Of(storyboard, plan))
                {
                    output.WriteLine(line);
                }
            }

            if (last?.State != progress.State)
            {
                output.WriteLine(progress.State.ToString().ToLowerInvariant() + (progress.WaitingFor is { } wait ? $": waits for {wait}" : ""));
                shownAt = time.GetTimestamp();
            }
            else if (time.GetElapsedTime(shownAt) >= Period && Line(progress, pace) is { } line)
            {
                output.WriteLine(line);
                shownAt = time.GetTimestamp();
            }

            last = progress;
        }

        return last!;
    }

    private static string? Line(JobProgress progress, JobPace pace) => progress.State switch
    {
        JobState.Denoising =>
            $"{Show.Percent(pace.Done)}  {progress.Segments.Count(segment => segment.State == Segments.SegmentState.Completed)} of "
            + $"{progress.Segments.Count} windows done, {Show.Number(pace.StepsPerSecond)} steps/s"
            + (pace.Left is { } left ? $", {Show.Time(left)} left" : ""),
        JobState.Stitching when progress.Stitch is { } stitch => $"{Show.Percent(pace.Done)}  {stitch.Decoded} of {stitch.LatentFrames} latent frames decoded",
        _ => null,
    };
}
