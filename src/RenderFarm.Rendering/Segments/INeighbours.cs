using RenderFarm.Segments;

namespace RenderFarm.Rendering.Segments;

/// <summary>The windows beside a segment's own, or under it, wherever they run. Waits as long as it takes.</summary>
public interface INeighbours
{
    /// <summary>A window's prediction on one of its overlaps in a step: float32 [C, O, H, W].</summary>
    Task<byte[]> HaloAsync(int index, int step, HaloSide side, CancellationToken cancellationToken);

    /// <summary>A finished window's latent frames from <paramref name="start"/> on, counted in the window: float32 [C, count, H, W].</summary>
    Task<byte[]> FramesAsync(int index, int start, int count, CancellationToken cancellationToken);
}
