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
    public required Strategy Strategy { get; init; }
    public Blend Blend { get; init; } = Blend.Linear;

    /// <summary>Floating-point operations of one step of one whole window at the default size, guidance included; for estimates.</summary>
    public double StepFlops { get; init; }

    /// <summary>SHA-256 (lower-case hex) of each weights file, by file name.</summary>
    public required IReadOnlyDictionary<string, string> Files { get; init; }
}
