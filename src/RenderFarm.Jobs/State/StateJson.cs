using System.Text.Json;
using System.Text.Json.Serialization;

namespace RenderFarm.Jobs.State;

internal static class StateJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        WriteIndented = true,
    };
}
