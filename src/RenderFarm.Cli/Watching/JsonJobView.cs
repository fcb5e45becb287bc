using System.Text.Json;
using RenderFarm.Diffusion.Models;
using RenderFarm.Jobs;

namespace RenderFarm.Cli.Watching;

/// <summary>One JSON object a line, at each change.</summary>
internal sealed class JsonJobView(TextWriter output) : IJobView
{
    private static readonly JsonSerializerOptions Lines = new(ModelFile.Json) { WriteIndented = false };

    public static string Line(object value) => JsonSerializer.Serialize(value, Lines);

    public async Task<JobProgress> ShowAsync(IAsyncEnumerable<JobProgress> job)
    {
        var pace = new JobPace(TimeProvider.System);
        JobProgress? last = null;
        string shown = "";
        await foreach (JobProgress progress in job)
        {
            pace.See(progress);
            if (last?.Plan is null && progress.Plan is not null)
            {
                output.WriteLine(Line(new { Event = "planned", progress.JobId, progress.Storyboard, progress.Plan }));
            }

            string state = Line(new
            {
                Event = "progress",
                progress.JobId,
                progress.State,
                progress.WaitingFor,
                Done = Math.Round(pace.Done, 4),
                Windows = progress.Segments.Select(segment => new { segment.Index, segment.State, segment.Step, segment.Steps }),
                Decoded = progress.Stitch?.Decoded,
            });
            if (state != shown)
            {
                output.WriteLine(state);
                shown = state;
            }

            last = progress;
        }

        return last!;
    }
}
