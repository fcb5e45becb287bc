namespace RenderFarm.Jobs;

/// <summary>The job's durable state machine.</summary>
public enum JobState
{
    Queued,
    Expanding,
    Denoising,
    Stitching,
    Completed,
    Failed,
    Cancelled,
}
