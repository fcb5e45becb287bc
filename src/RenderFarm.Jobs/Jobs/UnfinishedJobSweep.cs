using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RenderFarm.Queue;

namespace RenderFarm.Jobs;

/// <summary>Pokes every unfinished job again and again: whatever activation was lost, its job goes on.</summary>
internal sealed partial class UnfinishedJobSweep(
    IGrainFactory grains, StartedJobs started, IOptions<JobOptions> options, TimeProvider time, ILogger<UnfinishedJobSweep> logger) : BackgroundService
{
    /// <summary>Interrupted jobs that were asked whether they have ended.</summary>
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.SweepSeconds), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync();
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailure(logger, exception);
            }
        }
    }

    private async Task SweepAsync()
    {
        foreach (JobSummary job in await grains.GetGrain<IDispatcherGrain>(Pools.Default).List())
        {
            if (job.State.IsTerminal())
            {
                continue;
            }

            IRenderJobGrain grain = grains.GetGrain<IRenderJobGrain>(job.JobId);
            if (options.Value.ResumeUnfinished || started.Contains(job.JobId)

                // Its process may have ended between the job's end and the queue's hearing of it: a poke tells it.
                || (_asked.Add(job.JobId) && (await grain.GetProgress()).State.IsTerminal()))
            {
                await grain.Poke();
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "a look at unfinished jobs failed; the next is soon")]
    private static partial void LogFailure(ILogger logger, Exception exception);
}
