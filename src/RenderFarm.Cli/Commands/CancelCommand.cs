using System.CommandLine;
using RenderFarm.Cli.Watching;
using RenderFarm.Errors;
using RenderFarm.Jobs;

namespace RenderFarm.Cli.Commands;

internal static class CancelCommand
{
    public static Command Create()
    {
        var command = new Command("cancel", "Ends a job; 'resume' can take it up again.");
        var job = new Argument<string>("job") { Description = "The job's id." };
        command.Add(job);
        var farm = new FarmOptions(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, farm, parsed.GetValue(job)!, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, FarmOptions farm, string jobId, CancellationToken cancellationToken)
    {
        await using FarmSession session = await FarmSession.OpenAsync(farm.Read(parsed), cancellationToken);
        JobState state = await session.Job(jobId).Cancel();
        if (state != JobState.Cancelled)
        {
            throw new RenderFarmException(ErrorCodes.JobConflict, $"job {jobId} is {state.ToString().ToLowerInvariant()} already and cannot be cancelled");
        }

        Console.WriteLine(farm.Json(parsed) ? JsonJobView.Line(new { Event = "cancelled", JobId = jobId }) : $"job {jobId} is cancelled");
        return ExitCode.Done;
    }
}
