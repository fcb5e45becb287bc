using RenderFarm.Jobs;
using RenderFarm.Plans;
using RenderFarm.Segments;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace RenderFarm.Cli.Watching;

/// <summary>
/// A terminal's view: the storyboard as soon as it is known, below it one live line a window with its step and a bar, then how far the
/// film is decoded.
/// </summary>
internal sealed class LiveJobView(IAnsiConsole console) : IJobView
{
    private const int BarWidth = 24;
    private const int LinesAround = 4;

    public async Task<JobProgress> ShowAsync(IAsyncEnumerable<JobProgress> job)
    {
        var pace = new JobPace(TimeProvider.System);
        JobProgress? last = null;
        await console.Live(new Text("waiting")).AutoClear(true).StartAsync(async live =>
        {
            await foreach (JobProgress progress in job)
            {
                pace.See(progress);
                if (last?.Plan is null && progress is { Plan: { } plan, Storyboard: { } storyboard })
                {
                    // It stays above the live lines, which a storyboard of long captions would push off the screen. What is written there
                    // goes over the live lines, so these are emptied first.
                    live.UpdateTarget(Text.Empty);
                    foreach (string line in StoryboardLines.Of(storyboard, plan))
                    {
                        console.WriteLine(line);
                    }
                }

                live.UpdateTarget(Render(progress, pace));
                last = progress;
            }
        });
        return last!;
    }

    private Rows Render(JobProgress job, JobPace pace)
    {
        List<IRenderable> rows = [new Text(Headline(job, pace))];
        if (job is { Plan: { } plan, Segments.Count: > 0 })
        {
            rows.Add(Windows(job, plan, console.Profile.Height - rows.Count - LinesAround));
        }

        if (job is { State: JobState.Stitching, Stitch: { } stitch })
        {
            rows.Add(new Markup($"decoding  {Bar((double)stitch.Decoded / stitch.LatentFrames)}  {stitch.Decoded} of {stitch.LatentFrames} latent frames"));
        }

        return new Rows(rows);
    }

    private static string Headline(JobProgress job, JobPace pace) => job.State switch
    {
        JobState.Queued => $"job {job.JobId} is queued{(job.WaitingFor is { } wait ? $" and waits for {wait}" : "")}",
        JobState.Expanding => $"job {job.JobId}: writing the storyboard",
        _ => $"job {job.JobId}  {Show.Percent(pace.Done)}  {Show.Number(pace.StepsPerSecond)} steps/s  "
            + (pace.Left is { } left ? $"{Show.Time(left)} left" : ""),
    };

    /// <summary>As many windows as the terminal has lines for, around the first that is not done.</summary>
    private static Grid Windows(JobProgress job, RenderPlan plan, int lines)
    {
        int count = Math.Clamp(lines, 1, job.Segments.Count);
        int firstOpen = job.Segments.TakeWhile(segment => segment.State == SegmentState.Completed).Count();
        int first = Math.Clamp(firstOpen - (count / 3), 0, job.Segments.Count - count);
        Grid grid = new Grid().AddColumn().AddColumn().AddColumn().AddColumn().AddColumn();
        foreach (SegmentProgress segment in job.Segments.Skip(first).Take(count))
        {
            PlannedWindow window = plan.Windows[segment.Index];
            grid.AddRow(
                new Text($"window {segment.Index + 1}/{job.Segments.Count}"),
                new Text($"shot {window.Shot + 1}{(window.IsKeyframes ? ", keyframes" : "")}"),
                new Markup(Bar((double)segment.Step / segment.Steps)),
                new Text($"{segment.Step}/{segment.Steps}"),
                new Text(segment.State.ToString().ToLowerInvariant()));
        }

        return grid;
    }

    private static string Bar(double share)
    {
        int full = (int)Math.Round(Math.Clamp(share, 0, 1) * BarWidth);
        return $"[green]{new string('━', full)}[/][grey]{new string('━', BarWidth - full)}[/]";
    }
}
