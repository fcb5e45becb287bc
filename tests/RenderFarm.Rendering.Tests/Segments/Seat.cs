using RenderFarm.Rendering.Segments;

namespace RenderFarm.Rendering.Tests.Segments;

/// <summary>One life of a window's worker.</summary>
internal sealed record Seat(SegmentWorker Worker, HookedStore Store)
{
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when this life ends: an answer of it is not waited for then.</summary>
    public Task Gone => _gone.Task;

    public void Leave() => _gone.TrySetResult();
}
