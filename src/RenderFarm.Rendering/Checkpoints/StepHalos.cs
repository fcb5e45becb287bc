using RenderFarm.Segments;

namespace RenderFarm.Rendering.Checkpoints;

/// <summary>What a segment offered its neighbours in one step; null where it has no neighbour.</summary>
internal sealed record StepHalos(int Step, byte[]? Before, byte[]? After)
{
    public byte[]? On(HaloSide side) => side == HaloSide.Before ? Before : After;
}
