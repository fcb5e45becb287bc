using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Plans;
using RenderFarm.Rendering.Checkpoints;
using RenderFarm.Rendering.Devices;
using RenderFarm.Rendering.Segments;
using RenderFarm.Segments;
using RenderFarm.Storage;
using static TorchSharp.torch;

namespace RenderFarm.Rendering.Tests.Segments;

/// <summary>The workers of a plan's windows, each other's neighbours without Orleans between them.</summary>
internal sealed class WorkerRing : INeighbours, IAsyncDisposable
{
    public const string JobId = "film";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly RenderPlan _plan;
    private readonly DeviceExecutor _executor;
    private readonly IArtifactStore _store;
    private readonly CheckpointOptions _options;
    private readonly Seat[] _seats;
    private readonly ConcurrentBag<Seat> _left = [];
    private readonly ConcurrentBag<Task> _restarts = [];

    public WorkerRing(RenderPlan plan, DeviceExecutor executor, IArtifactStore store, int checkpointEvery = 2)
    {
        _plan = plan;
        _executor = executor;
        _store = store;
        _options = new CheckpointOptions { EverySteps = checkpointEvery, EverySeconds = 86_400 };
        _seats = [.. plan.Windows.Select(window => NewSeat(window.Index))];
    }

    /// <summary>Called on the device's thread after each step of a window.</summary>
    public Action<int, int>? AfterStep { get; set; }

    /// <summary>Each (window, step), as often as it was done.</summary>
    public ConcurrentQueue<(int Window, int Step)> Done { get; } = new();

    /// <summary>Each window's latents after each step. A step that is done again must give the same ones.</summary>
    public ConcurrentDictionary<(int Window, int Step), byte[]> Latents { get; } = new();

    /// <summary>Steps that were done again and gave other bits.</summary>
    public ConcurrentQueue<(int Window, int Step)> Deviations { get; } = new();

    public SegmentProgress Progress(int index) => _seats[index].Worker.Progress;

    public Task Completion(int index) => _seats[index].Worker.Completion;

    public void Start() => Array.ForEach(_seats, seat => seat.Worker.Start());

    /// <summary>Starts all and waits until all are completed.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Start();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Patience);
        while (true)
        {
            await Task.WhenAll(_restarts).WaitAsync(timeout.Token);
            SegmentProgress[] progress = [.. _seats.Select(seat => seat.Worker.Progress)];
            Assert.DoesNotContain(progress, segment => segment.State == SegmentState.Failed && !_seats[segment.Index].Gone.IsCompleted);
            if (progress.All(segment => segment.State == SegmentState.Completed) && _restarts.All(restart => restart.IsCompleted))
            {
                return;
            }

            await Task.Delay(2, timeout.Token);
        }
    }

    /// <summary>Ends a window's worker before its next step and begins another from the store. May be called on the device's thread.</summary>
    /// <param name="index">The window's.</param>
    /// <param name="crash">Whether it goes without a last checkpoint.</param>
    /// <param name="between">Done while there is none.</param>
    public void Restart(int index, bool crash, Action? between = null)
    {
        Seat old = _seats[index];
        if (old.Gone.IsCompleted)
        {
            return;
        }

        if (crash)
        {
            old.Store.Crash();
        }

        old.Leave();
        Task stopped = old.Worker.StopAsync();
        _restarts.Add(BeginAgainAsync());

        async Task BeginAgainAsync()
        {
            await stopped.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            between?.Invoke();
            _left.Add(old);
            _seats[index] = NewSeat(index);
            _seats[index].Worker.Start();
        }
    }

    /// <summary>A finished window's latents in the store, [C, T, H, W].</summary>
    public async Task<byte[]> FinalAsync(int index)
    {
        string path = new SegmentArtifacts(JobId, index).Latents;
        byte[] content = await _store.ReadAsync(path, CancellationToken.None) ?? throw new FileNotFoundException(path);
        using var latents = SegmentCheckpoint.FromBytes(Seal.Open(content, path), PlanFingerprint.Of(_plan));
        return TensorBytes.FromTensor(latents.Latents);
    }

    public Task<byte[]> HaloAsync(int index, int step, HaloSide side, CancellationToken cancellationToken) =>
        AskAsync(index, worker => worker.GetHaloAsync(step, side), cancellationToken);

    public Task<byte[]> FramesAsync(int index, int start, int count, CancellationToken cancellationToken) =>
        AskAsync(index, worker => worker.GetFramesAsync(start, count), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_restarts);
        foreach (Seat seat in _seats.Concat(_left))
        {
            seat.Leave();
            await seat.Worker.DisposeAsync();
        }
    }

    private async Task<byte[]> AskAsync(int index, Func<SegmentWorker, Task<Halo?>> question, CancellationToken cancellationToken)
    {
        while (true)
        {
            Seat seat = Volatile.Read(ref _seats[index]);
            if (!seat.Gone.IsCompleted)
            {
                Task<Halo?> answer = question(seat.Worker);
                await Task.WhenAny(answer, seat.Gone).WaitAsync(cancellationToken);
                if (answer.IsCompletedSuccessfully && await answer is { } halo)
                {
                    return halo.Values;
                }
            }

            await Task.Delay(1, cancellationToken);
        }
    }

    private Seat NewSeat(int index)
    {
        var store = new HookedStore(_store);
        var assignment = new SegmentAssignment { JobId = JobId, Index = index, Plan = _plan, Priority = 0 };
        var worker = new SegmentWorker(
            assignment, _executor, store, this, _options, TimeProvider.System, NullLogger.Instance, (step, latents) => Observe(index, step, latents));
        return new Seat(worker, store);
    }

    private void Observe(int index, int step, Tensor latents)
    {
        byte[] bytes = TensorBytes.FromTensor(latents);
        if (!Latents.GetOrAdd((index, step), bytes).AsSpan().SequenceEqual(bytes))
        {
            Deviations.Enqueue((index, step));
        }

        Done.Enqueue((index, step));
        AfterStep?.Invoke(index, step);
    }
}
