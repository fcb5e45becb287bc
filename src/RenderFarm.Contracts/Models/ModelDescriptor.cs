using RenderFarm.Jobs;

namespace RenderFarm.Models;

/// <summary>What <c>model.json</c> says of a model: all that planning needs, without a device.</summary>
public sealed record ModelDescriptor
{
    public required string Name { get; init; }

    /// <summary>The code that runs it, for example <c>pocket</c>.</summary>
    public required string Family { get; init; }

    public required string Licence { get; init; }

    public required int LatentChannels { get; init; }

    /// <summary>Pixels per latent cell, both ways.</summary>
    public required int SpatialStride { get; init; }

    /// <summary>
    /// Frames may have any width and height that are multiples of this, up to <see cref="MaxPixels"/>; 0 for none but
    /// <see cref="Sizes"/>.
    /// </summary>
    public int SizeStep { get; init; }

    /// <summary>The most pixels a frame may have where <see cref="SizeStep"/> allows sizes of one's own.</summary>
    public int MaxPixels { get; init; }

    /// <summary>Frames per latent frame: F frames are (F - 1) / TemporalStride + 1 latent frames.</summary>
    public required int TemporalStride { get; init; }

    public required int Fps { get; init; }

    /// <summary>The sizes it can make; the first of an aspect is that aspect's default, the first of all the model's.</summary>
    public required IReadOnlyList<FrameSize> Sizes { get; init; }

    /// <summary>Window length in latent frames.</summary>
    public required int WindowLength { get; init; }

    /// <summary>Default overlap in latent frames, at most half a window.</summary>
    public required int Overlap { get; init; }

    public required double MaxSeconds { get; init; }

    public required SamplerKind Sampler { get; init; }
    public required int Steps { get; init; }

    /// <summary>The flow shift of the sampler's schedule.</summary>
    public required double Shift { get; init; }

    public required double Guidance { get; init; }
    /// <summary>Guidance scale of the low-noise expert, for models with two; null for <see cref="Guidance"/>.</summary>
    public double? LowNoiseGuidance { get; init; }

    /// <summary>What guidance steers away from where a job does not say; empty for the model's unconditional caption.</summary>
    public string NegativePrompt { get; init; } = "";

    public UniPCSchedule Schedule { get; init; }
    public NoiseKind Noise { get; init; }

    /// <summary>Default of <see cref="JobSpec.AnchorFrame"/>.</summary>
    public bool AnchorFrame { get; init; }

    /// <summary>Whether <see cref="JobSpec.ResidualCache"/> may be above 0.</summary>
    public bool HasResidualCache { get; init; }

    /// <summary>Whether films may, or must, begin with a given picture.</summary>
    public StartImageUse StartImage { get; init; }

    public required Strategy Strategy { get; init; }
    public Blend Blend { get; init; } = Blend.Linear;

    /// <summary>Floating-point operations of one step of one whole window at the default size, guidance included; for estimates.</summary>
    public double StepFlops { get; init; }

    /// <summary>SHA-256 (lower-case hex) of each weights file, by file name.</summary>
    public required IReadOnlyDictionary<string, string> Files { get; init; }
}
