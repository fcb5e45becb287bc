using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RenderFarm.Rendering.Checkpoints;
using RenderFarm.Rendering.Devices;
using RenderFarm.Segments;
using RenderFarm.Storage;

namespace RenderFarm.Rendering.Segments;

/// <summary>Holds a window's worker. What it needs comes with every <see cref="Ensure"/> and the rest lies in the store, so it has no state of its own.</summary>
internal sealed class DenoisingSegmentGrain(
    DeviceExecutor executor,
    IArtifactStore store,
    IOptions<CheckpointOptions> options,
    TimeProvider time,
    ILogger<DenoisingSegmentGrain> logger) : Grain, IDenoisingSegmentGrain
{
    /// <summary>How long a question waits for an activation that has not been given its assignment yet.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private TaskCompletionSource _assigned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SegmentWorker? _worker;

    public Task<SegmentProgress> Ensure(SegmentAssignment assignment)
    {
        if (_worker is null)
        {
            _worker = new SegmentWorker(
                assignment, executor, store, new GrainNeighbours(GrainFactory, assignment.JobId), options.Value, time, logger);
            _assigned.TrySetResult();
            _worker.Start();
        }

        SegmentProgress progress = _worker.Progress;
        if (progress.State is SegmentState.Failed or SegmentState.Cancelled)
        {
            // Told once; the next call begins again at the checkpoint.
            Release();
        }

        return Task.FromResult(progress);
    }

    public async Task<Halo?> GetHalo(int step, HaloSide side) =>
        await WorkerAsync() is { } worker ? await worker.GetHaloAsync(step, side) : null;

    public async Task<Halo?> GetFrames(int start, int count) =>
        await WorkerAsync() is { } worker ? await worker.GetFramesAsync(start, count) : null;

    public async Task Stop()
    {
        if (_worker is { } worker)
        {
            Release();
            await worker.StopAsync();
        }
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _worker is { } worker ? worker.StopAsync().WaitAsync(cancellationToken) : Task.CompletedTask;

    private void Release()
    {
        _worker = null;
        _assigned = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private async Task<SegmentWorker?> WorkerAsync()
    {
        if (_worker is null)
        {
            await Task.WhenAny(_assigned.Task, Task.Delay(Patience));
        }

        return _worker;
    }
}
