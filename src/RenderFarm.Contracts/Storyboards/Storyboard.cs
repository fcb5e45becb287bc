namespace RenderFarm.Storyboards;

/// <summary>A film's shots in the order of time.</summary>
[GenerateSerializer, Immutable, Alias("Storyboard")]
public sealed record Storyboard
{
    [Id(0)] public required IReadOnlyList<Shot> Shots { get; init; }
}
