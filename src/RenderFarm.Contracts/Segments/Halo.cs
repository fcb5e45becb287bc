namespace RenderFarm.Segments;

/// <summary>A segment's prediction on one of its overlaps in one step: float32, little-endian, [C, O, H, W]; or finished latent frames. Never mutate it.</summary>
[GenerateSerializer, Immutable, Alias("Halo")]
public sealed class Halo(int step, byte[] values)
{
    [Id(0)] public int Step { get; } = step;

    [Id(1)] public byte[] Values { get; } = values;
}
