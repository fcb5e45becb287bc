using System.Text.Json;
using RenderFarm.Errors;
using RenderFarm.Jobs;
using RenderFarm.Models;

namespace RenderFarm.Diffusion.Models.Wan;

/// <summary>A folder in the layout of Diffusers with a Wan pipeline in it.</summary>
public static class WanFolder
{
    /// <summary>What the folder says of its model, without the checksums of its files.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/> for a folder that is no Wan pipeline.</exception>
    public static ModelDescriptor Inspect(string folder)
    {
        string index = Path.Combine(folder, "model_index.json");
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(index));
            string pipeline = document.RootElement.GetProperty("_class_name").GetString() ?? "";
            if (!pipeline.Contains("Wan", StringComparison.Ordinal))
            {
                throw new RenderFarmException(ErrorCodes.InvalidModel, $"{index} is of a '{pipeline}'; this build runs Wan's pipelines");
            }
        }
        catch (Exception exception) when (
            exception is JsonException or IOException or UnauthorizedAccessException or InvalidOperationException or KeyNotFoundException)
        {
            throw new RenderFarmException(ErrorCodes.InvalidModel, $"{index} cannot be read: {exception.Message}", exception);
        }

        return new ModelDescriptor
        {
            Name = Path.GetFileName(folder),
            Family = "wan",
            Licence = "Apache-2.0",
            LatentChannels = 16,
            SpatialStride = 8,
            TemporalStride = 4,
            Fps = 16,
            Sizes = [new FrameSize(832, 480)],
            WindowLength = 21,
            Overlap = 5,
            MaxSeconds = 600,
            Sampler = SamplerKind.UniPC,
            Steps = 50,
            Shift = 3,
            Guidance = 5,
            Strategy = Strategy.Parallel,
            Files = new Dictionary<string, string>(),
        };
    }
}
