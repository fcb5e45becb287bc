using RenderFarm.Segments;

namespace RenderFarm.Rendering.Segments;

/// <summary>The windows beside a segment's own, wherever they run. Waits as long as it takes.</summary>
public interface INeighbours
{
    /// <summary>A window's prediction on one of its overlaps in a step: float32 [C, O, H, W].</summary>
    Task<byte[]> HaloAsync(int index, int step, HaloSide side, CancellationToken cancellationToken);

    /// <summary>A finished window's last latent frames: float32 [C, O, H, W].</summary>
    Task<byte[]> TailAsync(int index, CancellationToken cancellationToken);
}
