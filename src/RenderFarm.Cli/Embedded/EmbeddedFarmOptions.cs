namespace RenderFarm.Cli.Embedded;

/// <summary>A farm inside this process.</summary>
internal sealed record EmbeddedFarmOptions
{
    /// <summary>Where jobs, artifacts and the lock lie.</summary>
    public required string Home { get; init; }

    /// <summary>The folder of model folders.</summary>
    public required string ModelsFolder { get; init; }

    /// <summary>Whether other processes may join; they wait for the end of one that is not shared.</summary>
    public required bool IsShared { get; init; }
}
