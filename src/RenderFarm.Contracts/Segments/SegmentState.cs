namespace RenderFarm.Segments;

public enum SegmentState
{
    /// <summary>Waits for its predecessor (relay) or for the device.</summary>
    Waiting,
    Denoising,
    Completed,
    Failed,
    Cancelled,
}
