namespace RenderFarm.Cli.Hub;

/// <summary>A request that failed in a way that may pass: it is tried again.</summary>
/// <param name="message">What happened, in a few words.</param>
/// <param name="wait">How long the hub asks to wait; null where it does not say.</param>
/// <param name="inner">The cause.</param>
internal sealed class HubInterruption(string message, TimeSpan? wait = null, Exception? inner = null) : Exception(message, inner)
{
    public TimeSpan? Wait { get; } = wait;
}
