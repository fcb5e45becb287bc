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
    /// The window's last <c>OverlapAfter</c> finished latent frames [C, O, H, W] (relay). Waits up to 5 seconds; null means "ask again".
    /// </summary>
    [AlwaysInterleave, Alias("GetTail")]
    Task<Halo?> GetTail();

    /// <summary>Stops the loop at the next step boundary; the checkpoint stays.</summary>
    [AlwaysInterleave, Alias("Stop")]
    Task Stop();
}
