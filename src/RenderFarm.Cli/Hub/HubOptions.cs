namespace RenderFarm.Cli.Hub;

/// <summary>How patient a pull is.</summary>
internal sealed record HubOptions
{
    /// <summary>Tries of one request after the first that brought nothing.</summary>
    public int Retries { get; init; } = 7;

    /// <summary>Tries after the first to reach the hub at all: a wrong URL is to be told soon.</summary>
    public int ListRetries { get; init; } = 2;

    /// <summary>Wait before the second try; doubled from one to the next.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The longest wait, also where the hub asks for more.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Time without a byte after which a connection is taken to be dead.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(60);
}
