using RenderFarm.Diffusion.Weights;
using RenderFarm.Errors;

namespace RenderFarm.Diffusion.Models.Registry;

/// <summary>Which files of a folder in Diffusers' layout decide what its model makes.</summary>
public static class PipelineFiles
{
    /// <summary>Names the pipeline and its components.</summary>
    public const string Index = "model_index.json";

    /// <summary>What a component's checkpoint may be called, without <c>.safetensors</c>.</summary>
    public static IReadOnlyList<string> Stems { get; } = ["diffusion_pytorch_model", "model"];

    /// <summary>Whether a component's file is a configuration or a tokenizer: all but its weights.</summary>
    public static bool IsConfiguration(string fileName) =>
        fileName.EndsWith(".json", StringComparison.Ordinal) || fileName == "spiece.model";

    /// <summary>Their paths from the folder on, with <c>/</c>, in order. A shard that is missing is among them.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/> for an index of shards that cannot be read.</exception>
    public static IReadOnlyList<string> Of(string folder) =>
    [
        Index,
        .. Directory.EnumerateDirectories(folder)
            .Where(component => !Path.GetFileName(component).StartsWith('.'))
            .SelectMany(component => OfComponent(component).Select(file => $"{Path.GetFileName(component)}/{file}"))
            .Order(StringComparer.Ordinal)
    ];

    private static IEnumerable<string> OfComponent(string folder) =>
    [
        .. Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file)).Where(IsConfiguration),
        .. Stems.SelectMany(stem => WeightFiles.FilesOf(folder, stem)),
    ];
}
