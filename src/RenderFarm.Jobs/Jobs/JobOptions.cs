namespace RenderFarm.Jobs;

/// <summary>Bound from <c>RenderFarm:Jobs</c>.</summary>
public sealed class JobOptions
{
    public const string Section = "RenderFarm:Jobs";

    /// <summary>Whether the silo takes up unfinished jobs by itself, or only those that are submitted or resumed while it lives.</summary>
    public bool ResumeUnfinished { get; set; } = true;

    /// <summary>Seconds between two looks at unfinished jobs.</summary>
    public double SweepSeconds { get; set; } = 3;

    /// <summary>Milliseconds between two looks of a job at its segments.</summary>
    public int PollMilliseconds { get; set; } = 250;

    /// <summary>Jobs that run at once.</summary>
    public int Concurrent { get; set; } = 1;

    /// <summary>Failures of one segment, or of the stitching, that fail the job.</summary>
    public int Attempts { get; set; } = 3;
}
