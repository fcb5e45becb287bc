using Orleans.Concurrency;

namespace RenderFarm.Segments;

/// <summary>Denoises one window; the key is <c>jobId/index</c>.</summary>
[Alias("IDenoisingSegmentGrain")]
public interface IDenoisingSegmentGrain : IGrainWithStringKey
{
    /// <summary>Start, status and resurrection in one: returns at once.</summary>
    [Alias("Ensure")]
    Task<SegmentProgress> Ensure(SegmentAssignment assignment);

    /// <summary>
    /// The prediction that this window made on one overlap in a step. Waits up to 5 seconds for it; null means "ask again".
    /// </summary>
    [AlwaysInterleave, Alias("GetHalo")]
    Task<Halo?> GetHalo(int step, HaloSide side);

    /// <summary>
    /// Finished latent frames of the window [C, <paramref name="count"/>, H, W], for those that keep them clean (relay, anchored). Waits
    /// up to 5 seconds for the window's end; null means "ask again".
    /// </summary>
    /// <param name="start">The first, counted in the window.</param>
    /// <param name="count">How many.</param>
    [AlwaysInterleave, Alias("GetFrames")]
    Task<Halo?> GetFrames(int start, int count);

    /// <summary>Stops the loop at the next step boundary; the checkpoint stays.</summary>
    [AlwaysInterleave, Alias("Stop")]
    Task Stop();
}
