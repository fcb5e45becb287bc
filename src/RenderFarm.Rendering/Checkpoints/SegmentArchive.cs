using Microsoft.Extensions.Logging;
using RenderFarm.Errors;
using RenderFarm.Storage;

namespace RenderFarm.Rendering.Checkpoints;

/// <summary>
/// What a segment keeps in the artifact store. Before a checkpoint of step k is written, the halos of every step below k are, and they
/// stay until the job ends: so its neighbours may rewind to any checkpoint of theirs, or to the beginning, at any time.
/// </summary>
internal sealed partial class SegmentArchive(IArtifactStore store, string jobId, int index, ILogger logger)
{
    private readonly SegmentArtifacts _paths = new(jobId, index);
    private IReadOnlyList<StepHalos> _range = [];

    /// <summary>The newest whole checkpoint of the plan, at most of <paramref name="atMost"/>; null where there is none. Damaged ones are deleted.</summary>
    public async Task<SegmentCheckpoint?> LoadAsync(string plan, int atMost, CancellationToken cancellationToken)
    {
        foreach ((int step, string path) in (await CheckpointsAsync(cancellationToken)).OrderDescending())
        {
            if (step <= atMost && await TryReadAsync(path, plan, cancellationToken) is { } checkpoint)
            {
                return checkpoint;
            }

            // Damaged, or newer than what the segment must rewind to: neither may be found again.
            await store.DeleteAsync(path, cancellationToken);
        }

        return null;
    }

    /// <summary>Writes the halos since the checkpoint before, then the checkpoint, and deletes all but these two.</summary>
    public async Task SaveAsync(int step, byte[] checkpoint, IReadOnlyList<StepHalos> halos, CancellationToken cancellationToken)
    {
        await SaveHalosAsync(halos, cancellationToken);
        await store.WriteAsync(_paths.Checkpoint(step), Seal.Close(checkpoint), cancellationToken);
        (int Step, string Path)[] older = [.. (await CheckpointsAsync(cancellationToken)).Where(entry => entry.Step < step).OrderDescending().Skip(1)];
        foreach ((_, string path) in older)
        {
            await store.DeleteAsync(path, cancellationToken);
        }
    }

    public async Task SaveHalosAsync(IReadOnlyList<StepHalos> halos, CancellationToken cancellationToken)
    {
        if (halos.Count > 0)
        {
            string path = _paths.HaloRange(halos[0].Step, halos[^1].Step + 1);
            await store.WriteAsync(path, Seal.Close(HaloRangeFormat.Write(halos)), cancellationToken);
        }
    }

    /// <summary>The halos of a step below a checkpoint; null where there are none or they are damaged.</summary>
    public async Task<StepHalos?> ReadHalosAsync(int step, CancellationToken cancellationToken)
    {
        if (_range.FirstOrDefault(halos => halos.Step == step) is { } known)
        {
            return known;
        }

        await foreach (string path in store.ListAsync(_paths.Halos, cancellationToken))
        {
            if (SegmentArtifacts.TryParseHaloRange(path, out int from, out int to) && from <= step && step < to
                && await store.ReadAsync(path, cancellationToken) is { } content)
            {
                try
                {
                    // Two neighbours may ask at once: what was read is looked at itself, not what the other put in its place.
                    IReadOnlyList<StepHalos> range = HaloRangeFormat.Read(Seal.Open(content, path), path);
                    _range = range;
                    return range.FirstOrDefault(halos => halos.Step == step);
                }
                catch (RenderFarmException exception) when (exception.Code == ErrorCodes.CorruptArtifact)
                {
                    LogDamaged(logger, path, exception.Message);
                    await store.DeleteAsync(path, cancellationToken);
                }
            }
        }

        return null;
    }

    public Task SaveLatentsAsync(byte[] latents, CancellationToken cancellationToken) =>
        store.WriteAsync(_paths.Latents, Seal.Close(latents), cancellationToken);

    /// <summary>The finished window's latents; null where it is not finished or they are damaged.</summary>
    public async Task<SegmentCheckpoint?> LoadLatentsAsync(string plan, CancellationToken cancellationToken)
    {
        SegmentCheckpoint? latents = await TryReadAsync(_paths.Latents, plan, cancellationToken);
        if (latents is null)
        {
            await store.DeleteAsync(_paths.Latents, cancellationToken);
        }

        return latents;
    }

    private async Task<SegmentCheckpoint?> TryReadAsync(string path, string plan, CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(path, cancellationToken) is not { } content)
        {
            return null;
        }

        try
        {
            return SegmentCheckpoint.FromBytes(Seal.Open(content, path), plan);
        }
        catch (RenderFarmException exception) when (exception.Code == ErrorCodes.CorruptArtifact)
        {
            LogDamaged(logger, path, exception.Message);
            return null;
        }
    }

    private async Task<List<(int Step, string Path)>> CheckpointsAsync(CancellationToken cancellationToken)
    {
        var checkpoints = new List<(int, string)>();
        await foreach (string path in store.ListAsync(_paths.Checkpoints, cancellationToken))
        {
            if (SegmentArtifacts.TryParseCheckpoint(path, out int step))
            {
                checkpoints.Add((step, path));
            }
        }

        return checkpoints;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} cannot be used ({Reason}); going on from what was written before it")]
    private static partial void LogDamaged(ILogger logger, string path, string reason);
}
