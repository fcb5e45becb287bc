using RenderFarm.Plans;

namespace RenderFarm.Stitching;

/// <summary>What the stitching grain needs: the plan, and the job whose finished windows lie in the artifact store.</summary>
[GenerateSerializer, Immutable, Alias("StitchAssignment")]
public sealed record StitchAssignment
{
    [Id(0)] public required string JobId { get; init; }
    [Id(1)] public required RenderPlan Plan { get; init; }
    [Id(2)] public int Priority { get; init; }
    [Id(3)] public DateTimeOffset SubmittedAt { get; init; }

    /// <summary>For the film's metadata.</summary>
    [Id(4)] public string Title { get; init; } = "";
}
