namespace RenderFarm.Rendering.Tests.Checkpoints;

/// <summary>What a disk may do to an artifact.</summary>
public enum ArtifactDamage
{
    None,
    BitFlipped,
    Truncated,
    Emptied,
    OtherPlans,
    Missing,
}
