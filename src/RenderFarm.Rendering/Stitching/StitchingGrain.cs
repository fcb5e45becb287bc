using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RenderFarm.Errors;
using RenderFarm.Rendering.Devices;
using RenderFarm.Stitching;
using RenderFarm.Storage;

namespace RenderFarm.Rendering.Stitching;

/// <summary>Runs a job's stitcher. A lost activation begins again: what it makes is the same.</summary>
internal sealed partial class StitchingGrain(
    DeviceExecutor executor, IArtifactStore store, IOptions<StitchingOptions> options, ILogger<StitchingGrain> logger) : Grain, IStitchingGrain
{
    private CancellationTokenSource? _stop;
    private Task _run = Task.CompletedTask;
    private StitchProgress? _progress;

    public Task<StitchProgress> Ensure(StitchAssignment assignment)
    {
        if (_progress is null)
        {
            _progress = new StitchProgress { Completed = false, Decoded = 0, LatentFrames = assignment.Plan.LatentFrames };
            _stop = new CancellationTokenSource();
            _run = RunAsync(assignment, _stop.Token);
        }

        StitchProgress progress = _progress;
        if (progress.ErrorCode is not null)
        {
            // Told once; the next call begins again.
            _progress = null;
        }

        return Task.FromResult(progress);
    }

    public async Task Stop()
    {
        if (_stop is { } stop)
        {
            await stop.CancelAsync();
            await _run;
            _progress = null;
        }
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Stop().WaitAsync(cancellationToken);

    private async Task RunAsync(StitchAssignment assignment, CancellationToken cancellationToken)
    {
        await Task.Yield();
        var stitcher = new FilmStitcher(executor, store, options.Value);
        try
        {
            string hash = await stitcher.RunAsync(assignment, decoded => _progress = _progress! with { Decoded = decoded }, cancellationToken);
            _progress = _progress! with { Completed = true, LatentsHash = hash };
        }
        catch (OperationCanceledException exception)
        {
            _progress = _progress! with { ErrorCode = ErrorCodes.JobCancelled, ErrorMessage = exception.Message };
        }
        catch (Exception exception)
        {
            LogFailure(logger, exception, assignment.JobId);
            _progress = _progress! with
            {
                ErrorCode = (exception as RenderFarmException)?.Code ?? ErrorCodes.JobFailed,
                ErrorMessage = exception.Message,
            };
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "job {JobId} could not be stitched")]
    private static partial void LogFailure(ILogger logger, Exception exception, string jobId);
}
