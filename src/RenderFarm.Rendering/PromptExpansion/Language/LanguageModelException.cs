namespace RenderFarm.Rendering.PromptExpansion.Language;

/// <summary>A language model gave nothing of use. Its message is wholly our own words: a server's may hold anything, a key too.</summary>
/// <param name="what">What it did, as in "answered with HTTP status 401".</param>
/// <param name="remedy">What may help.</param>
/// <param name="wait">What the server asks for; null where it does not say.</param>
internal sealed class LanguageModelException(string what, Remedy remedy, TimeSpan? wait = null) : Exception(what)
{
    /// <summary>For a server that failed, where it names no time.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public Remedy Remedy => remedy;

    /// <summary>How long to leave the server alone before it is asked again.</summary>
    public TimeSpan Wait { get; } = TimeSpan.FromTicks(Math.Max(0, (wait ?? (remedy == Remedy.Again ? Pause : TimeSpan.Zero)).Ticks));

    /// <summary>The same, naming the server.</summary>
    public LanguageModelException At(string host) => new($"the language model at {host} {Message}", Remedy, Wait);
}
