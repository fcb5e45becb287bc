namespace RenderFarm.Segments;

public enum SegmentState
{
    /// <summary>Waits for the windows that give it clean frames (relay, anchored) or for the device.</summary>
    Waiting,
    Denoising,
    Completed,
    Failed,
    Cancelled,
}
