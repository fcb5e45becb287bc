using RenderFarm.Plans;

namespace RenderFarm.Segments;

/// <summary>What a segment grain needs to do its window, from nothing or from its own checkpoint.</summary>
[GenerateSerializer, Immutable, Alias("SegmentAssignment")]
public sealed record SegmentAssignment
{
    [Id(0)] public required string JobId { get; init; }
    [Id(1)] public required int Index { get; init; }
    [Id(2)] public required RenderPlan Plan { get; init; }
    [Id(3)] public required int Priority { get; init; }

    /// <summary>Among jobs of one priority the older goes first.</summary>
    [Id(4)] public DateTimeOffset SubmittedAt { get; init; }
}
