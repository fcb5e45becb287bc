namespace RenderFarm.Training.Pocket;

/// <summary>How long each stage of a training run takes and where it lives.</summary>
public sealed record TrainingOptions
{
    /// <summary>The run's folder: checkpoints, sample sheets, the bank of latents; a run in it is resumed.</summary>
    public required string Folder { get; init; }

    /// <summary>
    /// A folder of a pocket that a new run begins with: its weights are kept and its windows trained on. Null for a run from nothing;
    /// without effect on a run that is resumed.
    /// </summary>
    public string? From { get; init; }

    /// <summary>Highest learning rate of the window stage, above 0.</summary>
    public double LearningRate { get; init; } = 1.4e-3;

    /// <summary>Minutes of training of the text encoder, above 0.</summary>
    public double TextMinutes { get; init; } = 3;

    /// <summary>Minutes of training of the autoencoder's decoder, above 0.</summary>
    public double AutoencoderMinutes { get; init; } = 60;

    /// <summary>Minutes of training of the transformer on single latent frames, above 0: captions bite eight times cheaper there.</summary>
    public double StillMinutes { get; init; } = 45;

    /// <summary>Minutes of training of the transformer on whole windows, above 0.</summary>
    public double WindowMinutes { get; init; } = 120;

    /// <summary>Clips in the banks of latents, at least 1; a fifth as many of keyframes come on top.</summary>
    public int Clips { get; init; } = 3000;

    /// <summary>Seed of the world and of training's own draws.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Seed of the banks' clips: another one gives a run that goes on new clips.</summary>
    public int BankSeed { get; init; } = 1;
}
