using System.Text.Json;
using RenderFarm.Diffusion.Models;

namespace RenderFarm.Cli.Hub;

/// <summary>What an unfinished pull must not forget: <c>pull.json</c> in its folder.</summary>
/// <param name="Source"><c>REPO@REVISION</c>.</param>
/// <param name="Licence">The licence that was shown; null before that.</param>
/// <param name="LicenceAcceptedAt">When it was accepted; null for one that asks for nothing.</param>
internal sealed record PullState(string Source, string? Licence = null, DateTimeOffset? LicenceAcceptedAt = null)
{
    public static string PathOf(string folder) => Path.Combine(folder, "pull.json");

    /// <summary>Null where there is none that can be read.</summary>
    public static PullState? Read(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize<PullState>(File.ReadAllText(PathOf(folder)), ModelFile.Json) is { Source: not null } state ? state : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    public void Write(string folder) => File.WriteAllText(PathOf(folder), JsonSerializer.Serialize(this, ModelFile.Json));
}
