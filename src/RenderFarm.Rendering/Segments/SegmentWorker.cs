using Microsoft.Extensions.Logging;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Diffusion.Windows;
using RenderFarm.Errors;
using RenderFarm.Plans;
using RenderFarm.Rendering.Checkpoints;
using RenderFarm.Rendering.Devices;
using RenderFarm.Segments;
using RenderFarm.Storage;
using static TorchSharp.torch;

namespace RenderFarm.Rendering.Segments;

/// <summary>
/// Denoises one window step by step and agrees with its neighbours in each, from nothing or from its newest checkpoint; serves its
/// halos meanwhile and its frames afterwards. The computing is the executor's; this only decides and waits.
/// </summary>
internal sealed partial class SegmentWorker : IAsyncDisposable
{
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(5);

    private readonly SegmentAssignment _assignment;
    private readonly PlannedWindow _window;
    private readonly DeviceExecutor _executor;
    private readonly IArtifactStore _store;
    private readonly INeighbours _neighbours;
    private readonly CheckpointOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Action<int, Tensor>? _afterStep;
    private readonly SegmentArchive _archive;
    private readonly HaloBoard _board = new();
    private readonly string _plan;
    private readonly CancellationTokenSource _stop = new();
    private readonly object _gate = new();

    private Task _run = Task.CompletedTask;
    private CancellationTokenSource _attempt = new();
    private int _rewindTo = int.MaxValue;
    private volatile SegmentProgress _progress;

    /// <param name="assignment">What to do.</param>
    /// <param name="executor">The device.</param>
    /// <param name="store">Where checkpoints and the result go.</param>
    /// <param name="neighbours">Whom to agree with.</param>
    /// <param name="options">When to write a checkpoint.</param>
    /// <param name="time">The clock of checkpoints.</param>
    /// <param name="logger">For what people should know.</param>
    /// <param name="afterStep">Called on the device's thread with each step and the borrowed latents after it.</param>
    public SegmentWorker(
        SegmentAssignment assignment,
        DeviceExecutor executor,
        IArtifactStore store,
        INeighbours neighbours,
        CheckpointOptions options,
        TimeProvider time,
        ILogger logger,
        Action<int, Tensor>? afterStep = null)
    {
        _assignment = assignment;
        _window = assignment.Plan.Windows[assignment.Index];
        _executor = executor;
        _store = store;
        _neighbours = neighbours;
        _options = options;
        _time = time;
        _logger = logger;
        _afterStep = afterStep;
        _archive = new SegmentArchive(store, assignment.JobId, assignment.Index, logger);
        _plan = PlanFingerprint.Of(assignment.Plan);
        _progress = new SegmentProgress
        {
            Index = assignment.Index,
            State = SegmentState.Waiting,
            Step = 0,
            Steps = assignment.Plan.Steps,
        };
    }

    public SegmentProgress Progress => _progress;

    /// <summary>Ends with the window: completed, failed or cancelled as <see cref="Progress"/> says; never throws.</summary>
    public Task Completion
    {
        get
        {
            lock (_gate)
            {
                return _run;
            }
        }
    }

    /// <summary>Begins; does nothing while it runs.</summary>
    public void Start()
    {
        lock (_gate)
        {
            if (_run.IsCompleted && !_stop.IsCancellationRequested)
            {
                _run = RunAsync();
            }
        }
    }

    /// <summary>The halo of a step, waited for at most <see cref="LongPoll"/>; null means "ask again".</summary>
    public async Task<Halo?> GetHaloAsync(int step, HaloSide side)
    {
        using var timeout = new CancellationTokenSource(LongPoll, _time);
        while (true)
        {
            Task changed = _board.Changed;
            StepHalos? halos = _board.Find(step);
            if (halos is null && (step < _progress.Step || _progress.State == SegmentState.Completed))
            {
                halos = await _archive.ReadHalosAsync(step, _stop.Token);
                if (halos is null)
                {
                    Rewind(step);
                }
            }

            if (halos is not null)
            {
                return halos.On(side) is { } values ? new Halo(step, values) : null;
            }

            if (!await WithinAsync(changed, timeout.Token))
            {
                return null;
            }
        }
    }

    /// <summary>
    /// The finished window's frames from <paramref name="start"/> on, waited for at most <see cref="LongPoll"/>; null means "ask again".
    /// They come from the store: a finished window holds no latents.
    /// </summary>
    public async Task<Halo?> GetFramesAsync(int start, int count)
    {
        using var timeout = new CancellationTokenSource(LongPoll, _time);
        await WithinAsync(Completion, timeout.Token);
        if (_progress.State != SegmentState.Completed)
        {
            return null;
        }

        using SegmentCheckpoint? finished = await _archive.LoadLatentsAsync(_plan, _stop.Token);
        if (finished is null)
        {
            // Damaged or lost since: the window is denoised again, and who asks again gets the same bits of it.
            Start();
            return null;
        }

        using Tensor frames = finished.Latents.narrow(1, start, count);
        return new Halo(_assignment.Plan.Steps, TensorBytes.FromTensor(frames));
    }

    /// <summary>Stops at the next step boundary; the checkpoint stays.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Completion;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _attempt.Dispose();
        _stop.Dispose();
    }

    private static async Task<bool> WithinAsync(Task task, CancellationToken timeout)
    {
        try
        {
            await task.WaitAsync(timeout);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>A neighbour needs a step whose halos are lost: they are computed again from a checkpoint at or before it.</summary>
    private void Rewind(int step)
    {
        lock (_gate)
        {
            if (step < _rewindTo)
            {
                LogRewind(_logger, _assignment.JobId, _assignment.Index, step);
                _rewindTo = step;
                _ = _attempt.CancelAsync();
            }
        }

        Start();
    }

    private async Task RunAsync()
    {
        await Task.Yield();
        try
        {
            while (!await AttemptAsync())
            {
                _stop.Token.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException)
        {
            _progress = _progress with { State = SegmentState.Cancelled };
        }
        catch (Exception exception)
        {
            LogFailure(_logger, exception, _assignment.JobId, _assignment.Index, _progress.Step);
            _progress = _progress with
            {
                State = SegmentState.Failed,
                ErrorCode = (exception as RenderFarmException)?.Code ?? ErrorCodes.JobFailed,
                ErrorMessage = exception.Message,
            };
        }
    }

    /// <summary>From the newest checkpoint to the end; false when it was told to rewind on the way.</summary>
    private async Task<bool> AttemptAsync()
    {
        int atMost;
        CancellationToken cancellationToken;
        lock (_gate)
        {
            atMost = _rewindTo;
            _rewindTo = int.MaxValue;
            _attempt.Dispose();
            _attempt = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            cancellationToken = _attempt.Token;
            _progress = _progress with { State = SegmentState.Waiting, Step = 0 };
        }

        try
        {
            if (atMost == int.MaxValue && await IsDoneAsync(cancellationToken))
            {
                return true;
            }

            byte[][] clean = await Task.WhenAll(KnownFrames.Of(_assignment.Plan, _window).Select(known =>
                _neighbours.FramesAsync(known.Source, known.SourceStart, known.Positions.Count, cancellationToken)));
            byte[]? startImage = _assignment.Plan.StartImage is { } name ? await StartImages.GetAsync(_store, name, cancellationToken) : null;
            using SegmentCheckpoint? checkpoint = await _archive.LoadAsync(_plan, atMost, cancellationToken);
            using WindowDenoiser denoiser = await OnDeviceAsync(
                checkpoint?.NextStep ?? 0,
                models => new WindowDenoiser(models.Get(_assignment.Plan.Model), _assignment.Plan, _assignment.Index, checkpoint, clean, startImage),
                cancellationToken);
            await DenoiseAsync(denoiser, cancellationToken);
            return true;
        }
        catch (OperationCanceledException) when (!_stop.IsCancellationRequested && cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<bool> IsDoneAsync(CancellationToken cancellationToken)
    {
        using SegmentCheckpoint? latents = await _archive.LoadLatentsAsync(_plan, cancellationToken);
        if (latents is null)
        {
            return false;
        }

        _progress = _progress with { State = SegmentState.Completed, Step = _assignment.Plan.Steps };
        _board.Wake();
        return true;
    }

    private async Task DenoiseAsync(WindowDenoiser denoiser, CancellationToken cancellationToken)
    {
        int first = denoiser.NextStep;
        int saved = first;
        int savedBefore = first;
        long savedAt = _time.GetTimestamp();
        Report();
        try
        {
            while (denoiser.NextStep < _assignment.Plan.Steps)
            {
                int step = denoiser.NextStep;
                StepHalos own = await OnDeviceAsync(step, models => denoiser.Predict(models.Get(_assignment.Plan.Model)), cancellationToken);
                _board.Publish(own);
                Task<byte[]>? before = own.Before is null ? null : _neighbours.HaloAsync(_assignment.Index - 1, step, HaloSide.After, cancellationToken);
                Task<byte[]>? after = own.After is null ? null : _neighbours.HaloAsync(_assignment.Index + 1, step, HaloSide.Before, cancellationToken);
                byte[]? beforeHalo = before is null ? null : await before;
                byte[]? afterHalo = after is null ? null : await after;
                bool last = step + 1 == _assignment.Plan.Steps;
                bool due = !last && (step + 1 - saved >= _options.EverySteps
                    || _time.GetElapsedTime(savedAt) >= TimeSpan.FromSeconds(_options.EverySeconds));
                byte[]? checkpoint = await OnDeviceAsync(
                    step,
                    _ =>
                    {
                        denoiser.Finish(beforeHalo, afterHalo);
                        if (_afterStep is not null)
                        {
                            denoiser.Show(_afterStep);
                        }

                        return due ? denoiser.Save(_plan) : null;
                    },
                    cancellationToken);
                if (checkpoint is not null)
                {
                    await _archive.SaveAsync(step + 1, checkpoint, _board.Range(saved, step + 1), cancellationToken);
                    _board.Forget(savedBefore);
                    (savedBefore, saved, savedAt) = (saved, step + 1, _time.GetTimestamp());
                }

                Report();
            }

            // The halos first: a finished window need not compute them again.
            byte[] latents = await OnDeviceAsync(denoiser.NextStep, _ => denoiser.Save(_plan), cancellationToken);
            await _archive.SaveHalosAsync(_board.Range(saved, denoiser.NextStep), cancellationToken);
            await _archive.SaveLatentsAsync(latents, cancellationToken);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested && denoiser.NextStep > saved)
        {
            // Stopped in good order: nothing of what is done shall be done again.
            byte[] checkpoint = await OnDeviceAsync(denoiser.NextStep, _ => denoiser.Save(_plan), CancellationToken.None);
            await _archive.SaveAsync(denoiser.NextStep, checkpoint, _board.Range(saved, denoiser.NextStep), CancellationToken.None);
            throw;
        }

        if (!await IsDoneAsync(cancellationToken))
        {
            throw new RenderFarmException(ErrorCodes.CorruptArtifact, $"window {_assignment.Index}'s latents cannot be read back");
        }

        void Report()
        {
            int done = denoiser.NextStep - first;
            _progress = _progress with
            {
                State = SegmentState.Denoising,
                Step = denoiser.NextStep,
                SecondsPerStep = done == 0 ? 0 : denoiser.Busy.TotalSeconds / done,
            };
            _board.Wake();
        }
    }

    private Task<T> OnDeviceAsync<T>(int step, Func<IModelSet, T> work, CancellationToken cancellationToken) => _executor.RunAsync(
        new StepOrder(_assignment.Priority, step, _assignment.SubmittedAt, _assignment.Index), work, cancellationToken);

    [LoggerMessage(Level = LogLevel.Error, Message = "job {JobId}, window {Index} failed at step {Step}")]
    private static partial void LogFailure(ILogger logger, Exception exception, string jobId, int index, int step);

    [LoggerMessage(Level = LogLevel.Warning, Message = "job {JobId}, window {Index}: the halos of step {Step} are lost; computing them again")]
    private static partial void LogRewind(ILogger logger, string jobId, int index, int step);
}
