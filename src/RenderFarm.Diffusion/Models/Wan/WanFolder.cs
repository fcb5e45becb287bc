using System.Text.Json;
using RenderFarm.Diffusion.Weights;
using RenderFarm.Errors;
using RenderFarm.Jobs;
using RenderFarm.Models;
using static TorchSharp.torch;

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

        foreach (string component in (string[])["transformer", "vae", "text_encoder"])
        {
            Open(folder, component).Dispose();
        }

        return new ModelDescriptor
        {
            Name = new DirectoryInfo(folder).Name.ToLowerInvariant(),
            Family = "wan",
            Licence = "unknown",
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

    /// <summary>What people should know of a folder that holds.</summary>
    /// <exception cref="RenderFarmException">As <see cref="Inspect"/>.</exception>
    public static IReadOnlyList<string> Notes(string folder)
    {
        using WeightFiles weights = Open(folder, "text_encoder");
        return weights.Names.Any(name => weights.Type(name) == ScalarType.Float16)
            ? ["text_encoder is stored in float16 and computed in bfloat16 or float32: its values can go beyond what float16 holds"]
            : [];
    }

    private static WeightFiles Open(string folder, string component) =>
        WeightFiles.Open(Path.Combine(folder, component), component == "text_encoder" ? "model" : "diffusion_pytorch_model");
}
