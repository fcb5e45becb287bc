using RenderFarm.Plans;
using RenderFarm.Segments;
using RenderFarm.Stitching;
using RenderFarm.Storyboards;

namespace RenderFarm.Jobs;

/// <summary>A job as its watchers see it, at one moment.</summary>
[GenerateSerializer, Immutable, Alias("JobProgress")]
public sealed record JobProgress
{
    [Id(0)] public required string JobId { get; init; }
    [Id(1)] public required JobState State { get; init; }
    [Id(2)] public required JobSpec Spec { get; init; }
    [Id(3)] public required DateTimeOffset SubmittedAt { get; init; }
    [Id(4)] public DateTimeOffset? StartedAt { get; init; }
    [Id(5)] public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Known from the end of <see cref="JobState.Expanding"/> on.</summary>
    [Id(6)] public Storyboard? Storyboard { get; init; }

    /// <summary>Known from the end of <see cref="JobState.Expanding"/> on.</summary>
    [Id(7)] public RenderPlan? Plan { get; init; }

    /// <summary>One a window, in the plan's order; empty before denoising.</summary>
    [Id(8)] public IReadOnlyList<SegmentProgress> Segments { get; init; } = [];

    [Id(9)] public StitchProgress? Stitch { get; init; }

    /// <summary>Why a queued job waits, in one line.</summary>
    [Id(10)] public string? WaitingFor { get; init; }

    /// <summary>The error's code of a failed job.</summary>
    [Id(11)] public string? ErrorCode { get; init; }

    [Id(12)] public string? ErrorMessage { get; init; }

    /// <summary>SHA-256 of the whole film's latents, once stitched: equal for equal jobs on one kind of device.</summary>
    [Id(13)] public string? LatentsHash { get; init; }
}
