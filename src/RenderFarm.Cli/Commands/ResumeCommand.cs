using System.CommandLine;
using RenderFarm.Cli.Output;
using RenderFarm.Cli.Watching;
using RenderFarm.Errors;
using RenderFarm.Jobs;
using RenderFarm.Media.Films;
using RenderFarm.Queue;

namespace RenderFarm.Cli.Commands;

internal static class ResumeCommand
{
    public static Command Create()
    {
        var command = new Command("resume", "Takes a job up again where it was interrupted, failed or cancelled; watches one that runs, and writes the film of one that is completed again.");
        var job = new Argument<string?>("job") { Description = "The job's id; may be left out where only one job is unfinished.", Arity = ArgumentArity.ZeroOrOne };
        var output = new Option<string?>("--output", "-o") { Description = "The film, an MP4; default where the job was to write it." };
        command.Add(job);
        command.Add(output);
        var farm = new FarmOptions(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, farm, parsed.GetValue(job), parsed.GetValue(output), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, FarmOptions farm, string? jobId, string? output, CancellationToken cancellationToken)
    {
        output = output is null ? null : FilmPath.Require(output);
        Ffmpeg.EnsureAvailable();
        await using FarmSession session = await FarmSession.OpenAsync(farm.Read(parsed, isShared: true), cancellationToken);
        jobId ??= await OnlyUnfinishedAsync(session);
        JobProgress job = await session.Job(jobId).GetProgress();
        var delivery = new FilmDelivery(session.Artifacts, jobId);
        output ??= await delivery.RecallAsync(cancellationToken) is { } remembered ? FilmPath.Require(remembered) : FilmPath.Require("film.mp4");
        await delivery.RememberAsync(output, cancellationToken);
        if (job.State != JobState.Completed)
        {
            farm.Models(parsed).VerifyFiles(job.Spec.Model, cancellationToken);
            await session.Job(jobId).Resume();
        }

        return await new JobRun(session, jobId, farm.Models(parsed), farm.Json(parsed)).FollowAsync(output, cancellationToken);
    }

    private static async Task<string> OnlyUnfinishedAsync(FarmSession session)
    {
        string[] unfinished =
        [
            .. (await session.Grains.GetGrain<IDispatcherGrain>(Pools.Default).List())
                .Where(job => job.State is not (JobState.Completed or JobState.Cancelled))
                .Select(job => job.JobId),
        ];
        return unfinished.Length switch
        {
            1 => unfinished[0],
            0 => throw new RenderFarmException(ErrorCodes.UnknownJob, "there is no unfinished job to resume"),
            _ => throw new RenderFarmException(ErrorCodes.UnknownJob, $"job is missing: {unfinished.Length} are unfinished: {string.Join(", ", unfinished)}"),
        };
    }
}
