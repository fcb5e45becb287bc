using System.Text.Json;
using RenderFarm.Cli.Output;
using RenderFarm.Cli.Plans;
using RenderFarm.Cli.Watching;
using RenderFarm.Diffusion.Models;
using RenderFarm.Errors;
using RenderFarm.Jobs;
using RenderFarm.Media.Quality;
using RenderFarm.Plans;

namespace RenderFarm.Cli.Commands;

/// <summary>Follows a job to its end and delivers its film: what <c>render</c> and <c>resume</c> have in common.</summary>
internal sealed class JobRun(FarmSession session, string jobId, ModelCatalogue models, bool json)
{
    private readonly long _began = TimeProvider.System.GetTimestamp();

    /// <summary>The exit code.</summary>
    /// <exception cref="RenderFarmException">The job's own error, or what stands against delivering the film.</exception>
    public async Task<int> FollowAsync(string output, CancellationToken cancellationToken)
    {
        JobProgress job;
        try
        {
            job = await View().ShowAsync(session.WatchAsync(jobId, cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Fault.Write(
                "interrupted",
                session.IsOwn
                    ? $"interrupted; nothing is lost: 'renderfarm resume {jobId}' goes on"
                    : $"job {jobId} goes on in the process that runs the farm; 'renderfarm resume {jobId}' watches it",
                json);
            return ExitCode.Interrupted;
        }

        switch (job.State)
        {
            case JobState.Failed:
                throw new RenderFarmException(job.ErrorCode ?? ErrorCodes.JobFailed, $"job {jobId} failed: {job.ErrorMessage}; 'renderfarm resume {jobId}' tries again");
            case JobState.Cancelled:
                throw new RenderFarmException(ErrorCodes.JobCancelled, $"job {jobId} was cancelled; 'renderfarm resume {jobId}' takes it up again");
        }

        await new FilmDelivery(session.Artifacts, jobId).WriteAsync(output, cancellationToken);
        await TellAsync(job, output, cancellationToken);
        await DeviceRate.LearnAsync(session.Artifacts, job, models, cancellationToken);
        return ExitCode.Done;
    }

    private IJobView View() => json ? new JsonJobView(Console.Out)
        : Terminal.IsLive ? new LiveJobView(Terminal.Console)
        : new PlainJobView(Console.Out, TimeProvider.System);

    private async Task TellAsync(JobProgress job, string output, CancellationToken cancellationToken)
    {
        RenderPlan plan = job.Plan!;
        double seconds = (double)plan.Frames / plan.Fps;
        QualityReport quality = JsonSerializer.Deserialize<QualityReport>(
            await File.ReadAllTextAsync(FilmPath.ReportOf(output), cancellationToken), JsonSerializerOptions.Web)!;
        TimeSpan taken = TimeProvider.System.GetElapsedTime(_began);
        if (json)
        {
            Console.WriteLine(JsonJobView.Line(new
            {
                Event = "completed",
                JobId = jobId,
                Path = output,
                Seconds = seconds,
                plan.Frames,
                plan.Size,
                plan.Fps,
                Bytes = new FileInfo(output).Length,
                TakenSeconds = Math.Round(taken.TotalSeconds, 1),
                job.LatentsHash,
                job.Spec.Seed,
                Quality = quality,
            }));
            return;
        }

        Console.WriteLine(output);
        Console.WriteLine(
            $"{plan.Frames} frames, {Show.Number(seconds)} s of {plan.Size} at {plan.Fps} fps, "
            + $"{Show.Size(new FileInfo(output).Length)}, made in {Show.Time(taken)} (job {jobId}, seed {job.Spec.Seed})");
        Console.WriteLine($"quality: {quality.Headline}");
    }
}
