using System.Text.Json;

namespace RenderFarm.Cli.Tests;

/// <summary>What a <c>renderfarm</c> process said.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>The lines of <c>--json</c>.</summary>
    public IReadOnlyList<JsonElement> Events =>
        [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];

    /// <summary>The last of <see cref="Events"/>, after checking that the command went well.</summary>
    public JsonElement Completed()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}: {Error}");
        return Events[^1];
    }
}
