using RenderFarm.Plans;
using RenderFarm.Storyboards;

namespace RenderFarm.Jobs;

/// <summary>A job as it lies in the store: all that must survive, and nothing that can be asked for again.</summary>
internal sealed record RenderJobRecord
{
    /// <summary>As submitted; an equal one submitted again is the same job.</summary>
    public JobSpec? Submitted { get; init; }

    /// <summary>With the seed drawn.</summary>
    public JobSpec? Spec { get; init; }

    public JobState State { get; init; }
    public DateTimeOffset SubmittedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public Storyboard? Storyboard { get; init; }
    public RenderPlan? Plan { get; init; }
    public string? ErrorCode { get; init; }
    public string? ErrorMessage { get; init; }
    public string? LatentsHash { get; init; }
}
