using System.Text.Json.Serialization;

namespace RenderFarm.Plans;

/// <summary>
/// The latent frames that one segment denoises: its frame i is the timeline's frame <c>Start + i * Spacing</c>. Lengths and overlaps
/// count the window's own frames.
/// </summary>
[GenerateSerializer, Immutable, Alias("PlannedWindow")]
public sealed record PlannedWindow
{
    [Id(0)] public required int Index { get; init; }

    /// <summary>First latent frame.</summary>
    [Id(1)] public required int Start { get; init; }

    /// <summary>Number of latent frames.</summary>
    [Id(2)] public required int Length { get; init; }

    /// <summary>Latent frames shared with the window before; 0 where there is none or it is not to agree with this one.</summary>
    [Id(3)] public required int OverlapBefore { get; init; }

    /// <summary>Latent frames shared with the window after; 0 where there is none or it is not to agree with this one.</summary>
    [Id(4)] public required int OverlapAfter { get; init; }

    /// <summary>Index of the shot whose caption conditions it: the shot at the window's middle, or its keyframes' only one.</summary>
    [Id(5)] public required int Shot { get; init; }

    /// <summary>The caption that conditions it.</summary>
    [Id(6)] public required string Caption { get; init; }

    /// <summary>
    /// Latent frames of the timeline from one of the window's frames to the next: 1 for the windows that make up the film, more for
    /// windows of keyframes.
    /// </summary>
    [Id(7)] public int Spacing { get; init; } = 1;

    /// <summary>
    /// Frames at its beginning that it only looks at: on them its neighbour's prediction counts alone. They are part of
    /// <see cref="OverlapBefore"/>.
    /// </summary>
    [Id(8)] public int Lead { get; init; }

    /// <summary>One past the last latent frame.</summary>
    public int End => Start + ((Length - 1) * Spacing) + 1;

    /// <summary>Whether it makes keyframes for other windows rather than a stretch of the film.</summary>
    [JsonIgnore]
    public bool IsKeyframes => Spacing > 1;

    /// <summary>Whether a latent frame of the timeline is one of the window's.</summary>
    public bool Holds(int latentFrame) => latentFrame >= Start && latentFrame < End && (latentFrame - Start) % Spacing == 0;
}
