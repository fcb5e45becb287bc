using RenderFarm.Segments;

namespace RenderFarm.Rendering.Segments;

/// <summary>Asks the neighbours' grains, again and again: a lost silo or a slow one only delays the answer.</summary>
internal sealed class GrainNeighbours(IGrainFactory grains, string jobId) : INeighbours
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public Task<byte[]> HaloAsync(int index, int step, HaloSide side, CancellationToken cancellationToken) =>
        AskAsync(index, segment => segment.GetHalo(step, side), cancellationToken);

    public Task<byte[]> FramesAsync(int index, int start, int count, CancellationToken cancellationToken) =>
        AskAsync(index, segment => segment.GetFrames(start, count), cancellationToken);

    private async Task<byte[]> AskAsync(int index, Func<IDenoisingSegmentGrain, Task<Halo?>> question, CancellationToken cancellationToken)
    {
        IDenoisingSegmentGrain segment = grains.GetGrain<IDenoisingSegmentGrain>(SegmentKey.Of(jobId, index));
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                if (await question(segment).WaitAsync(cancellationToken) is { } halo)
                {
                    return halo.Values;
                }
            }
            catch (Exception exception) when (exception is TimeoutException or OrleansException)
            {
                // Its silo is gone or busy; the next question goes to where it is then.
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }
}
