using RenderFarm.Storyboards;

namespace RenderFarm.Jobs;

/// <summary>What a studio asks for. A null means "the model's default".</summary>
[GenerateSerializer, Immutable, Alias("JobSpec")]
public sealed record JobSpec
{
    /// <summary>The user's words; null or empty only where <see cref="Storyboard"/> is given.</summary>
    [Id(0)] public string? Prompt { get; init; }

    /// <summary>The user's own shots; kept as they are instead of expanding <see cref="Prompt"/>.</summary>
    [Id(1)] public Storyboard? Storyboard { get; init; }

    /// <summary>Length of the film in seconds, above 0 and at most the model's <c>MaxSeconds</c>.</summary>
    [Id(2)] public double Seconds { get; init; } = 60;

    /// <summary>One of the model's sizes.</summary>
    [Id(3)] public FrameSize? Size { get; init; }

    /// <summary><c>wide</c>, <c>tall</c> or <c>square</c>, instead of <see cref="Size"/>.</summary>
    [Id(4)] public string? Aspect { get; init; }

    /// <summary>Frames per second; must be the model's own rate where given.</summary>
    [Id(5)] public int? Fps { get; init; }

    [Id(6)] public string Model { get; init; } = "pocket";

    /// <summary>Seed of all noise in the job; a job without one draws it at submission.</summary>
    [Id(7)] public long? Seed { get; init; }

    /// <summary>Denoising steps, 1 to 1000.</summary>
    [Id(8)] public int? Steps { get; init; }

    /// <summary>Classifier-free guidance scale, 1 (none) to 30.</summary>
    [Id(9)] public double? Guidance { get; init; }

    [Id(10)] public Strategy? Strategy { get; init; }

    /// <summary>Overlap of neighbouring windows in latent frames, 1 to half a window.</summary>
    [Id(11)] public int? Overlap { get; init; }

    /// <summary>What the film shall not show.</summary>
    [Id(12)] public string? NegativePrompt { get; init; }

    /// <summary>Higher goes first; -100 to 100.</summary>
    [Id(13)] public int Priority { get; init; }

    [Id(14)] public SamplerKind? Sampler { get; init; }

    [Id(15)] public Blend? Blend { get; init; }

    /// <summary>
    /// The picture that the film begins with: SHA-256, in lower-case hex, of its pixels (RGB, 8 bits, row by row, in the film's size),
    /// which the artifact store keeps as <c>inputs/SHA256</c>.
    /// </summary>
    [Id(16)] public string? StartImage { get; init; }

    [Id(17)] public NoiseKind? Noise { get; init; }

    /// <summary>Whether each window but the first sees one latent frame more before it, which its neighbour alone decides.</summary>
    [Id(18)] public bool? AnchorFrame { get; init; }

    /// <summary>The end point of UniPC's schedule.</summary>
    [Id(19)] public UniPCSchedule? Schedule { get; init; }

    /// <summary>How much the model may change unseen before its blocks are computed again, 0 (always computed) to 1.</summary>
    [Id(20)] public double? ResidualCache { get; init; }

    /// <summary>Who writes the shots. By default a language model where one is configured and the model reads plain English, else rules.</summary>
    [Id(21)] public Expansion? Expansion { get; init; }
}
