namespace RenderFarm.Jobs;

/// <summary>A job in a list.</summary>
[GenerateSerializer, Immutable, Alias("JobSummary")]
public sealed record JobSummary
{
    [Id(0)] public required string JobId { get; init; }
    [Id(1)] public required JobState State { get; init; }
    [Id(2)] public required DateTimeOffset SubmittedAt { get; init; }
    [Id(3)] public required string Title { get; init; }
    [Id(4)] public required double Seconds { get; init; }
    [Id(5)] public required string Model { get; init; }

    /// <summary>Share of the denoising steps done, 0 to 1.</summary>
    [Id(6)] public double Done { get; init; }

    [Id(7)] public int Priority { get; init; }
}
