using System.Text.Json;
using System.Text.Json.Serialization;
using RenderFarm.Errors;
using RenderFarm.Jobs;

namespace RenderFarm.Diffusion.Models;

/// <summary>A size as <c>"256x160"</c>.</summary>
public sealed class FrameSizeJsonConverter : JsonConverter<FrameSize>
{
    public override FrameSize Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string text = reader.GetString() ?? "";
        try
        {
            return FrameSize.Parse(text);
        }
        catch (RenderFarmException exception)
        {
            throw new JsonException(exception.Message, exception);
        }
    }

    public override void Write(Utf8JsonWriter writer, FrameSize value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
