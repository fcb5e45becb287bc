using System.Text.Json.Serialization;
using RenderFarm.Jobs;

namespace RenderFarm.Plans;

/// <summary>All that decides a film's latents: two equal plans give equal latents on one kind of device.</summary>
[GenerateSerializer, Immutable, Alias("RenderPlan")]
public sealed record RenderPlan
{
    [Id(0)] public required string Model { get; init; }
    [Id(1)] public required FrameSize Size { get; init; }
    [Id(2)] public required int Fps { get; init; }

    /// <summary>Frames of the film: round(seconds x fps), at least 1.</summary>
    [Id(3)] public required int Frames { get; init; }

    /// <summary>Latent frames L of the timeline; decoding gives (L - 1) x stride + 1 frames, of which the film takes the first.</summary>
    [Id(4)] public required int LatentFrames { get; init; }

    [Id(5)] public required int LatentChannels { get; init; }
    [Id(6)] public required int LatentHeight { get; init; }
    [Id(7)] public required int LatentWidth { get; init; }

    /// <summary>
    /// Each at its index. Windows of keyframes come first, the film's own after them, both in the order of time; only the latter make up
    /// the timeline.
    /// </summary>
    [Id(8)] public required IReadOnlyList<PlannedWindow> Windows { get; init; }

    [Id(9)] public required int Steps { get; init; }
    [Id(10)] public required double Guidance { get; init; }
    [Id(11)] public required SamplerKind Sampler { get; init; }
    [Id(12)] public required double Shift { get; init; }
    [Id(13)] public required Strategy Strategy { get; init; }
    [Id(14)] public required Blend Blend { get; init; }
    [Id(15)] public required long Seed { get; init; }

    /// <summary>The caption that guidance steers away from; empty for the model's unconditional one.</summary>
    [Id(16)] public required string NegativeCaption { get; init; }

    /// <summary>SHA-256 over the model's files: what other weights have made is another film's.</summary>
    [Id(17)] public string ModelHash { get; init; } = "";

    /// <summary>The end point of UniPC's schedule.</summary>
    [Id(18)] public UniPCSchedule Schedule { get; init; }

    [Id(19)] public NoiseKind Noise { get; init; }

    /// <summary>How much the model may change unseen before its blocks are computed again; 0 for never.</summary>
    [Id(20)] public double ResidualCache { get; init; }

    /// <summary>The picture that latent frame 0 shows, as <see cref="JobSpec.StartImage"/>; null for none.</summary>
    [Id(21)] public string? StartImage { get; init; }

    /// <summary>Guidance scale of a model's low-noise expert, where it has two; null for <see cref="Guidance"/>.</summary>
    [Id(22)] public double? LowNoiseGuidance { get; init; }

    /// <summary>The windows that make up the film's latents: every latent frame is in one or two of them.</summary>
    [JsonIgnore]
    public IEnumerable<PlannedWindow> FilmWindows => Windows.Where(window => !window.IsKeyframes);

    /// <summary>The windows of keyframes; none but under <see cref="Strategy.Anchored"/>, and none where one window holds the film.</summary>
    [JsonIgnore]
    public IEnumerable<PlannedWindow> KeyframeWindows => Windows.Where(window => window.IsKeyframes);
}
