namespace RenderFarm.Storyboards;

/// <summary>The shots once they are written, or the fault that stands against it; neither while they are being written.</summary>
[GenerateSerializer, Immutable, Alias("ExpansionProgress")]
public sealed record ExpansionProgress
{
    [Id(0)] public Storyboard? Storyboard { get; init; }
    [Id(1)] public string? ErrorCode { get; init; }
    [Id(2)] public string? ErrorMessage { get; init; }
}
