namespace RenderFarm.Training.Evaluation;

/// <summary>One number of an evaluation.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">The model's; null where there was nothing to measure.</param>
/// <param name="Unit">Of the value: <see cref="Share"/>, dB, or empty for a plain number.</param>
public sealed record Figure(string Name, double? Value, string Unit = "")
{
    /// <summary>The unit of shares of one, which people read in per cent.</summary>
    public const string Share = "share";

    /// <summary>The unit of signal-to-noise ratios.</summary>
    public const string Decibel = "dB";

    /// <summary>The same figure of the world's own renderings: what the instrument makes of the truth.</summary>
    public double? OfTheWorld { get; init; }

    /// <summary>The same of the world's renderings once the model's autoencoder had them: what its latents can reach at most.</summary>
    public double? OfTheDecodedWorld { get; init; }

    /// <summary>What the value shall not be below.</summary>
    public double? AtLeast { get; init; }

    /// <summary>What the value shall not be above.</summary>
    public double? AtMost { get; init; }

    /// <summary>How many things were measured.</summary>
    public int? Count { get; init; }

    /// <summary>Whether the aim is reached; null where there is none, false where there is one and nothing was measured.</summary>
    public bool? IsReached => AtLeast is null && AtMost is null
        ? null
        : Value is { } value && (AtLeast is not { } least || value >= least) && (AtMost is not { } most || value <= most);
}
