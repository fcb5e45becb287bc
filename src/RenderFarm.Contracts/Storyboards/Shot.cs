namespace RenderFarm.Storyboards;

/// <summary>One shot: what the model is told, and its share of the film's time.</summary>
[GenerateSerializer, Immutable, Alias("Shot")]
public sealed record Shot
{
    /// <summary>The caption in the model's own language.</summary>
    [Id(0)] public required string Caption { get; init; }

    /// <summary>The user's words that it came from.</summary>
    [Id(1)] public string? Source { get; init; }

    /// <summary>Share of the film's time, above 0; the shots' shares are taken relative to their sum.</summary>
    [Id(2)] public double Share { get; init; } = 1;

    /// <summary>What was changed or not understood, for people ("pocket has no kangaroo; showing a ball").</summary>
    [Id(3)] public IReadOnlyList<string> Notes { get; init; } = [];
}
