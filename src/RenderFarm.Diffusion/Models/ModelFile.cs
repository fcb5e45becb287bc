using System.Text.Json;
using System.Text.Json.Serialization;
using RenderFarm.Errors;
using RenderFarm.Models;

namespace RenderFarm.Diffusion.Models;

/// <summary><c>model.json</c>: a model's descriptor on disk.</summary>
public static class ModelFile
{
    public const string Name = "model.json";

    /// <summary>camelCase, enums in camelCase, sizes as "256x160".</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false), new FrameSizeJsonConverter() },
    };

    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/>, naming the file and what is wrong.</exception>
    public static ModelDescriptor Read(string path)
    {
        try
        {
            ModelDescriptor model = JsonSerializer.Deserialize<ModelDescriptor>(File.ReadAllText(path), Json) ?? throw new JsonException("it is null");
            return Fault(model) is { } fault ? throw Invalid(path, fault) : model;
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw Invalid(path, exception.Message, exception);
        }
    }

    public static string ToJson(ModelDescriptor model) => JsonSerializer.Serialize(model, Json) + "\n";

    private static string? Fault(ModelDescriptor model) => model switch
    {
        { LatentChannels: < 1 } => "latentChannels is below 1",
        { SpatialStride: < 1 } => "spatialStride is below 1",
        { TemporalStride: < 1 } => "temporalStride is below 1",
        { Fps: < 1 } => "fps is below 1",
        { WindowLength: < 2 } => "windowLength is below 2",
        _ when model.Overlap < 1 || model.Overlap > model.WindowLength / 2 => "overlap is not 1 to half of windowLength",
        _ when !(model.MaxSeconds > 0 && double.IsFinite(model.MaxSeconds)) => "maxSeconds is not above 0",
        { Steps: < 1 or > 1000 } => "steps is not 1 to 1000",
        _ when !(model.Shift > 0 && double.IsFinite(model.Shift)) => "shift is not above 0",
        _ when !(model.Guidance is >= 1 and <= 30) => "guidance is not 1 to 30",
        { Sizes: null or { Count: 0 } } => "sizes is empty",
        _ when !model.Sizes.All(size => Fits(size.Width, model.SpatialStride) && Fits(size.Height, model.SpatialStride)) =>
            $"sizes has one that is not a multiple of spatialStride {model.SpatialStride}",
        { SizeStep: < 0 } => "sizeStep is below 0",
        { SizeStep: > 0, MaxPixels: < 1 } => "maxPixels is below 1, where sizeStep allows sizes of one's own",
        _ when model.SizeStep % model.SpatialStride != 0 => $"sizeStep is not a multiple of spatialStride {model.SpatialStride}",
        _ when model.LowNoiseGuidance is { } scale && !(scale is >= 1 and <= 30) => "lowNoiseGuidance is not 1 to 30",
        { NegativePrompt: null } => "negativePrompt is null",
        { Files: null } => "files is missing",
        _ => null,
    };

    private static bool Fits(int pixels, int stride) => pixels > 0 && pixels % stride == 0;

    private static RenderFarmException Invalid(string path, string why, Exception? inner = null) =>
        new(ErrorCodes.InvalidModel, $"{path} is not a model: {why}", inner);
}
