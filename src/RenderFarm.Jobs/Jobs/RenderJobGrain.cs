using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Storage;
using RenderFarm.Diffusion.Models;
using RenderFarm.Diffusion.Plans;
using RenderFarm.Errors;
using RenderFarm.Jobs.State;
using RenderFarm.Plans;
using RenderFarm.Queue;
using RenderFarm.Segments;
using RenderFarm.Stitching;
using RenderFarm.Storage;
using RenderFarm.Storyboards;

namespace RenderFarm.Jobs;

/// <summary>A job's state machine. Each change is stored before anybody hears of it; the work is the segments' and the stitcher's.</summary>
internal sealed partial class RenderJobGrain(
    [PersistentState("job", ArtifactGrainStorage.Name)] IPersistentState<RenderJobRecord> state,
    ModelCatalogue models,
    IArtifactStore store,
    StartedJobs started,
    IOptions<JobOptions> options,
    TimeProvider time,
    ILogger<RenderJobGrain> logger) : Grain, IRenderJobGrain
{
    /// <summary>How long a cancelled job waits for its segments' last step.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);

    private IReadOnlyList<SegmentProgress> _segments = [];
    private StitchProgress? _stitch;
    private Attempts _attempts = new(options.Value.Attempts);
    private IGrainTimer? _timer;
    private bool _admitted;
    private bool _queued;

    private string JobId => this.GetPrimaryKeyString();

    private RenderJobRecord Record => state.State;

    private JobSpec Spec => Record.Spec ?? throw new RenderFarmException(ErrorCodes.UnknownJob, $"job '{JobId}' is not known");

    private IPromptExpansionGrain PromptExpansion => GrainFactory.GetGrain<IPromptExpansionGrain>(JobId);

    private IDispatcherGrain Dispatcher => GrainFactory.GetGrain<IDispatcherGrain>(Pools.Default);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (state.RecordExists && !Record.State.IsTerminal() && (options.Value.ResumeUnfinished || started.Contains(JobId)))
        {
            Run();
        }

        return Task.CompletedTask;
    }

    public async Task<JobProgress> Submit(JobSpec spec)
    {
        if (Record.Submitted is { } known)
        {
            return JsonSerializer.Serialize(known, StateJson.Options) == JsonSerializer.Serialize(spec, StateJson.Options)
                ? Progress()
                : throw new RenderFarmException(ErrorCodes.JobConflict, $"job '{JobId}' is already another one");
        }

        RenderPlanner.Validate(spec, models.Find(spec.Model));
        started.Add(JobId);
        await WriteAsync(new RenderJobRecord
        {
            Submitted = spec,
            Spec = spec with { Seed = spec.Seed ?? RandomNumberGenerator.GetInt32(int.MaxValue) },
            State = JobState.Queued,
            SubmittedAt = time.GetUtcNow(),
        });
        await Poke();
        return Progress();
    }

    public Task<JobProgress> GetProgress() => Task.FromResult(Progress());

    public async Task Poke()
    {
        if (Record.Spec is null)
        {
            return;
        }

        if (Record.State.IsTerminal())
        {
            await Dispatcher.Report(Summary());
        }
        else
        {
            Run();
            await Dispatcher.Enqueue(Summary());
        }
    }

    public Task Admit()
    {
        _admitted = true;
        return Task.CompletedTask;
    }

    public async Task<JobState> Cancel()
    {
        _ = Spec;
        if (!Record.State.IsTerminal())
        {
            await EndAsync(Record with { State = JobState.Cancelled });
        }

        return Record.State;
    }

    public async Task<JobProgress> Resume()
    {
        _ = Spec;
        started.Add(JobId);
        if (Record.State is JobState.Failed or JobState.Cancelled)
        {
            await WriteAsync(Record with { State = JobState.Queued, EndedAt = null, ErrorCode = null, ErrorMessage = null });
        }

        await Poke();
        return Progress();
    }

    /// <summary>Begins to look after itself; does nothing while it does.</summary>
    private void Run()
    {
        if (_timer is null)
        {
            _attempts = new Attempts(options.Value.Attempts);
            (_admitted, _queued) = (false, false);
            TimeSpan period = TimeSpan.FromMilliseconds(options.Value.PollMilliseconds);
            _timer = this.RegisterGrainTimer(TickAsync, new GrainTimerCreationOptions(TimeSpan.Zero, period) { KeepAlive = true });
        }
    }

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        if (Record.State.IsTerminal() || (!_admitted && _queued))
        {
            return;
        }

        try
        {
            if (!_admitted)
            {
                // Not at activation: the dispatcher may be waiting for this very activation then.
                await Dispatcher.Enqueue(Summary());
                _queued = true;
                return;
            }

            await (Record.State switch
            {
                JobState.Queued => BeginAsync(),
                JobState.Expanding => ExpandAsync(),
                JobState.Denoising => DenoiseAsync(),
                _ => StitchAsync(cancellationToken),
            });
        }
        catch (InconsistentStateException exception)
        {
            // Another activation is the job now.
            LogDelay(logger, exception, JobId);
            DeactivateOnIdle();
        }
        catch (Exception exception) when (exception is TimeoutException or OrleansException)
        {
            LogDelay(logger, exception, JobId);
        }
        catch (Exception exception)
        {
            await FailUnlessRetryAsync("job", (exception as RenderFarmException)?.Code ?? ErrorCodes.JobFailed, exception.Message);
        }
    }

    private Task BeginAsync() => AdvanceAsync(Record with
    {
        // A job that is resumed goes on where it was; what its segments have done they find by themselves.
        State = Record.Plan is null ? JobState.Expanding : JobState.Denoising,
        StartedAt = Record.StartedAt ?? time.GetUtcNow(),
    });

    private async Task ExpandAsync()
    {
        if ((Spec.Storyboard ?? await WrittenStoryboardAsync()) is { } storyboard)
        {
            RenderPlan plan = RenderPlanner.Plan(Spec, storyboard, models.Find(Spec.Model));
            await AdvanceAsync(Record with { State = JobState.Denoising, Storyboard = storyboard, Plan = plan });
        }
    }

    /// <summary>Null while it is being written, and when it cannot be.</summary>
    private async Task<Storyboard?> WrittenStoryboardAsync()
    {
        ExpansionProgress expansion = await PromptExpansion.Ensure(ExpansionRequest.Of(Spec));
        if (expansion.ErrorCode is { } code)
        {
            await FailUnlessRetryAsync("expansion", code, expansion.ErrorMessage ?? code);
        }

        return expansion.Storyboard;
    }

    private async Task DenoiseAsync()
    {
        RenderPlan plan = Record.Plan!;
        _segments = await Task.WhenAll(plan.Windows.Select(window => Segment(window).Ensure(new SegmentAssignment
        {
            JobId = JobId,
            Index = window.Index,
            Plan = plan,
            Priority = Spec.Priority,
            SubmittedAt = Record.SubmittedAt,
        })));
        foreach (SegmentProgress segment in _segments.Where(segment => segment.State == SegmentState.Failed))
        {
            string message = $"window {segment.Index}: {segment.ErrorMessage}";
            if (await FailUnlessRetryAsync($"window {segment.Index}", segment.ErrorCode ?? ErrorCodes.JobFailed, message))
            {
                return;
            }
        }

        if (_segments.All(segment => segment.State == SegmentState.Completed))
        {
            await AdvanceAsync(Record with { State = JobState.Stitching });
        }
    }

    private async Task StitchAsync(CancellationToken cancellationToken)
    {
        _stitch = await GrainFactory.GetGrain<IStitchingGrain>(JobId).Ensure(new StitchAssignment
        {
            JobId = JobId,
            Plan = Record.Plan!,
            Priority = Spec.Priority,
            SubmittedAt = Record.SubmittedAt,
            Title = JobTitle.Of(Spec),
        });
        if (_stitch.Completed)
        {
            // Before anybody hears of the end: who waits for it may end the process.
            await JobArtifacts.PruneAsync(store, JobId, cancellationToken);
            await EndAsync(Record with { State = JobState.Completed, LatentsHash = _stitch.LatentsHash });
        }
        else if (_stitch.ErrorCode is { } code && !await FailUnlessRetryAsync("stitching", code, _stitch.ErrorMessage ?? code)
            && code == ErrorCodes.CorruptArtifact)
        {
            // A window's latents are damaged: the segments look at theirs again, and the one whose are denoises them anew.
            await StopAsync();
            await AdvanceAsync(Record with { State = JobState.Denoising });
        }
    }

    /// <summary>Whether the job has failed by it.</summary>
    private async Task<bool> FailUnlessRetryAsync(string part, string code, string message)
    {
        if (_attempts.MayRetry(part, code))
        {
            LogRetry(logger, JobId, part, message);
            return false;
        }

        await EndAsync(Record with { State = JobState.Failed, ErrorCode = code, ErrorMessage = message });
        return true;
    }

    private async Task EndAsync(RenderJobRecord record)
    {
        record = record with { EndedAt = time.GetUtcNow() };
        try
        {
            await WriteAsync(record);
        }
        catch (RenderFarmException exception) when (record.State == JobState.Failed)
        {
            // A full disk must not hide that the job has failed: its watchers hear of it, and a restart takes the job up again.
            LogDelay(logger, exception, JobId);
            state.State = record;
        }

        _timer?.Dispose();
        _timer = null;
        _admitted = false;
        if (record.State != JobState.Completed)
        {
            await StopAsync();
        }

        try
        {
            await Dispatcher.Report(Summary());
        }
        catch (Exception exception) when (exception is RenderFarmException or TimeoutException or OrleansException)
        {
            // The sweep's next poke tells it.
            LogDelay(logger, exception, JobId);
        }
    }

    private async Task AdvanceAsync(RenderJobRecord record)
    {
        await WriteAsync(record);
        await Dispatcher.Report(Summary());
    }

    private async Task WriteAsync(RenderJobRecord record)
    {
        RenderJobRecord before = state.State;
        state.State = record;
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            state.State = before;
            throw;
        }
    }

    private async Task StopAsync()
    {
        try
        {
            await Task.WhenAll(Record.Plan is { } plan
                ? [GrainFactory.GetGrain<IStitchingGrain>(JobId).Stop(), .. plan.Windows.Select(window => Segment(window).Stop())]
                : [PromptExpansion.Stop()]).WaitAsync(StopPatience);
        }
        catch (Exception exception) when (exception is TimeoutException or OrleansException)
        {
            // They were told; a silo that is gone runs nothing.
            LogDelay(logger, exception, JobId);
        }
    }

    private IDenoisingSegmentGrain Segment(PlannedWindow window) =>
        GrainFactory.GetGrain<IDenoisingSegmentGrain>(SegmentKey.Of(JobId, window.Index));

    private JobSummary Summary() => new()
    {
        JobId = JobId,
        State = Record.State,
        SubmittedAt = Record.SubmittedAt,
        Title = JobTitle.Of(Spec),
        Seconds = Spec.Seconds,
        Model = Spec.Model,
        Priority = Spec.Priority,
        Done = Done(),
    };

    private double Done() => Record.State is JobState.Stitching or JobState.Completed ? 1
        : _segments.Count == 0 ? 0
        : _segments.Average(segment => (double)segment.Step / segment.Steps);

    private JobProgress Progress() => new()
    {
        JobId = JobId,
        State = Record.State,
        Spec = Spec,
        SubmittedAt = Record.SubmittedAt,
        StartedAt = Record.StartedAt,
        EndedAt = Record.EndedAt,
        Storyboard = Record.Storyboard,
        Plan = Record.Plan,
        Segments = _segments,
        Stitch = _stitch,
        WaitingFor = Record.State.IsTerminal() || _admitted ? null : _timer is null ? "nobody: it was interrupted; resume it" : "the farm's other jobs",
        ErrorCode = Record.ErrorCode,
        ErrorMessage = Record.ErrorMessage,
        LatentsHash = Record.LatentsHash,
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "job {JobId}: {Part} failed and is tried again: {Reason}")]
    private static partial void LogRetry(ILogger logger, string jobId, string part, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "job {JobId}: something was not reached; it is asked again")]
    private static partial void LogDelay(ILogger logger, Exception exception, string jobId);
}
