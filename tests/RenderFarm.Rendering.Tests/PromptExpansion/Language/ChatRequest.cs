using System.Text.Json;

namespace RenderFarm.Rendering.Tests.PromptExpansion.Language;

/// <summary>What a <see cref="ChatServer"/> was asked.</summary>
/// <param name="Path">With its query.</param>
internal sealed record ChatRequest(string Path, IReadOnlyDictionary<string, string> Headers, JsonElement Body)
{
    /// <summary>The texts of the messages, in order.</summary>
    public IReadOnlyList<string> Messages => [.. Body.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("content").GetString()!)];

    public bool Has(string setting) => Body.TryGetProperty(setting, out _);
}
