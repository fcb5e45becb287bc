namespace RenderFarm.Plans;

/// <summary>A range of latent frames that one segment denoises.</summary>
[GenerateSerializer, Immutable, Alias("PlannedWindow")]
public sealed record PlannedWindow
{
    [Id(0)] public required int Index { get; init; }

    /// <summary>First latent frame.</summary>
    [Id(1)] public required int Start { get; init; }

    /// <summary>Number of latent frames.</summary>
    [Id(2)] public required int Length { get; init; }

    /// <summary>Latent frames shared with the window before; 0 for the first.</summary>
    [Id(3)] public required int OverlapBefore { get; init; }

    /// <summary>Latent frames shared with the window after; 0 for the last.</summary>
    [Id(4)] public required int OverlapAfter { get; init; }

    /// <summary>Index of the shot whose caption conditions it: the shot at the window's middle.</summary>
    [Id(5)] public required int Shot { get; init; }

    /// <summary>The caption that conditions it.</summary>
    [Id(6)] public required string Caption { get; init; }

    /// <summary>One past the last latent frame.</summary>
    public int End => Start + Length;
}
