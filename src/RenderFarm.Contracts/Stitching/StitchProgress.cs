namespace RenderFarm.Stitching;

/// <summary>How far the film is decoded and encoded.</summary>
[GenerateSerializer, Immutable, Alias("StitchProgress")]
public sealed record StitchProgress
{
    [Id(0)] public required bool Completed { get; init; }

    /// <summary>Latent frames decoded, of <see cref="LatentFrames"/>.</summary>
    [Id(1)] public required int Decoded { get; init; }

    [Id(2)] public required int LatentFrames { get; init; }
    [Id(3)] public string? LatentsHash { get; init; }
    [Id(4)] public string? ErrorCode { get; init; }
    [Id(5)] public string? ErrorMessage { get; init; }
}
