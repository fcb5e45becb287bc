using Microsoft.Extensions.Logging;
using RenderFarm.Errors;
using RenderFarm.Storyboards;

namespace RenderFarm.Rendering.PromptExpansion;

/// <summary>Runs a job's expansion. A lost activation begins again: equal requests give equal shots.</summary>
internal sealed partial class PromptExpansionGrain(IPromptExpander expander, ILogger<PromptExpansionGrain> logger) : Grain, IPromptExpansionGrain
{
    private CancellationTokenSource _stop = new();
    private Task<ExpansionProgress>? _run;

    public async Task<ExpansionProgress> Ensure(ExpansionRequest request)
    {
        _run ??= RunAsync(request, _stop.Token);
        if (!_run.IsCompleted)
        {
            return new ExpansionProgress();
        }

        ExpansionProgress progress = await _run;
        if (progress.ErrorCode is not null)
        {
            // Told once; the next call begins again.
            _run = null;
        }

        return progress;
    }

    public async Task Stop()
    {
        if (_run is { } run)
        {
            await _stop.CancelAsync();
            await run;
            _stop.Dispose();
            (_run, _stop) = (null, new CancellationTokenSource());
        }
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Stop().WaitAsync(cancellationToken);

    private async Task<ExpansionProgress> RunAsync(ExpansionRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return new ExpansionProgress { Storyboard = await expander.ExpandAsync(request, cancellationToken) };
        }
        catch (OperationCanceledException exception)
        {
            return new ExpansionProgress { ErrorCode = ErrorCodes.JobCancelled, ErrorMessage = exception.Message };
        }
        catch (Exception exception)
        {
            LogFailure(logger, exception, this.GetPrimaryKeyString());
            return new ExpansionProgress { ErrorCode = (exception as RenderFarmException)?.Code ?? ErrorCodes.JobFailed, ErrorMessage = exception.Message };
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "job {JobId}: its prompt could not be expanded")]
    private static partial void LogFailure(ILogger logger, Exception exception, string jobId);
}
