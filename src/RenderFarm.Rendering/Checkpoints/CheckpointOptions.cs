namespace RenderFarm.Rendering.Checkpoints;

/// <summary>Bound from <c>RenderFarm:Checkpoints</c>: how much work a crash may cost.</summary>
public sealed class CheckpointOptions
{
    public const string Section = "RenderFarm:Checkpoints";

    /// <summary>A segment writes a checkpoint after this many steps,</summary>
    public int EverySteps { get; set; } = 8;

    /// <summary>or at the first step's end after this many seconds, whichever comes first.</summary>
    public double EverySeconds { get; set; } = 10;
}
