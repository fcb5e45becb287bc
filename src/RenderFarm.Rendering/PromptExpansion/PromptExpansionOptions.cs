namespace RenderFarm.Rendering.PromptExpansion;

/// <summary>Bound from <c>RenderFarm:PromptExpansion</c>: the language model that writes the shots of families that read plain English.</summary>
public sealed class PromptExpansionOptions
{
    public const string Section = "RenderFarm:PromptExpansion";

    /// <summary>The value of <see cref="ApiKeyHeader"/> that sends the key as a bearer token.</summary>
    public const string BearerHeader = "Authorization";

    /// <summary>The value of <see cref="ApiKeyHeader"/> that sends the key as Azure OpenAI wants it.</summary>
    public const string AzureHeader = "api-key";

    /// <summary>
    /// Base URL of a server that speaks the chat-completions protocol: what stands before <c>/chat/completions</c>; a query, as
    /// <c>?api-version=...</c>, goes with every request. Empty: rules only.
    /// </summary>
    public string Endpoint { get; set; } = "";

    /// <summary>The language model's name there.</summary>
    public string Model { get; set; } = "";

    /// <summary>The key, where the server wants one. It is told to nobody else.</summary>
    public string ApiKey { get; set; } = "";

    /// <summary>The environment variable that holds the key, instead of <see cref="ApiKey"/>.</summary>
    public string ApiKeyVariable { get; set; } = "";

    /// <summary>The header that carries the key: <see cref="BearerHeader"/> or <see cref="AzureHeader"/>.</summary>
    public string ApiKeyHeader { get; set; } = BearerHeader;

    /// <summary>Seconds for a storyboard, a second question included; after them rules write it.</summary>
    public double TimeoutSeconds { get; set; } = 60;

    /// <summary>Most shots of a storyboard.</summary>
    public int MaxShots { get; set; } = 12;

    /// <summary>Whether there is a language model.</summary>
    internal bool IsConfigured => !string.IsNullOrWhiteSpace(Endpoint);

    /// <summary>The key, from wherever it is; empty for none.</summary>
    internal string ReadKey() => (ApiKeyVariable.Length > 0 ? Environment.GetEnvironmentVariable(ApiKeyVariable) ?? "" : ApiKey).Trim();
}
