using RenderFarm.Diffusion.Models;
using RenderFarm.Jobs;
using RenderFarm.Models;

namespace RenderFarm.Rendering.Tests.PromptExpansion.Language;

/// <summary>Model folders without weights: all that expansion and planning read.</summary>
internal static class ModelFolders
{
    /// <summary>The model whose family reads plain English.</summary>
    public const string Film = "film";

    /// <summary>A catalogue of <see cref="Film"/> and pocket below a root.</summary>
    public static ModelCatalogue Create(string root)
    {
        Write(root, Film, "wan");
        Write(root, "pocket", "pocket");
        return new ModelCatalogue(root);
    }

    private static void Write(string root, string name, string family)
    {
        Directory.CreateDirectory(Path.Combine(root, name));
        File.WriteAllText(Path.Combine(root, name, ModelFile.Name), ModelFile.ToJson(new ModelDescriptor
        {
            Name = name,
            Family = family,
            Licence = "Apache-2.0",
            LatentChannels = 16,
            SpatialStride = 8,
            TemporalStride = 4,
            Fps = 16,
            Sizes = [new FrameSize(832, 480)],
            WindowLength = 21,
            Overlap = 4,
            MaxSeconds = 600,
            Sampler = SamplerKind.UniPC,
            Steps = 30,
            Shift = 3,
            Guidance = 5,
            Strategy = Strategy.Parallel,
            Files = new Dictionary<string, string>(),
        }));
    }
}
