namespace RenderFarm.Cli.Embedded;

/// <summary>A farm inside this process.</summary>
public sealed record EmbeddedFarmOptions
{
    /// <summary>Where jobs, artifacts and the lock lie.</summary>
    public required string Home { get; init; }

    /// <summary>The folder of model folders.</summary>
    public required string ModelsFolder { get; init; }

    /// <summary>Whether other processes may join; they wait for the end of one that is not shared.</summary>
    public bool IsShared { get; init; } = true;

    /// <summary>Whether jobs that another process left unfinished start by themselves.</summary>
    public bool ResumeUnfinished { get; init; }

    /// <summary>Changes services; the last word.</summary>
    public Action<ISiloBuilder>? Configure { get; init; }
}
