namespace RenderFarm.Segments;

/// <summary>How far one window is.</summary>
[GenerateSerializer, Immutable, Alias("SegmentProgress")]
public sealed record SegmentProgress
{
    [Id(0)] public required int Index { get; init; }
    [Id(1)] public required SegmentState State { get; init; }

    /// <summary>Steps done, 0 to <see cref="Steps"/>.</summary>
    [Id(2)] public required int Step { get; init; }

    [Id(3)] public required int Steps { get; init; }

    /// <summary>Mean seconds of the device per step since the segment's activation; 0 before the first.</summary>
    [Id(4)] public double SecondsPerStep { get; init; }

    [Id(5)] public string? ErrorCode { get; init; }
    [Id(6)] public string? ErrorMessage { get; init; }
}
