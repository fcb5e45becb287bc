using RenderFarm.Diffusion.Models.Wan.Vae;
using RenderFarm.Diffusion.Weights;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tests.Models.Wan.Vae;

/// <summary>The VAEs of the reference vectors.</summary>
internal static class GoldenVae
{
    public const string Kind = "AutoencoderKLWan";

    /// <summary>Folders of reference vectors, by their names, for theories.</summary>
    public static TheoryData<string> Names => [.. Golden.Folders(Kind).Select(folder => Path.GetRelativePath(Golden.Root, folder))];

    /// <summary>A VAE with a folder's weights, on the CPU, the caller's.</summary>
    public static WanVae Open(string folder, WanVaeTiling? tiling = null, ScalarType compute = ScalarType.Float32)
    {
        using WeightFiles files = WeightFiles.Open(folder, "weights");
        return new WanVae(WanVaeConfig.Read(Path.Combine(folder, "config.json")), new WeightSet(files, CPU, compute), tiling);
    }

    /// <summary>The same by the folder's name under the root.</summary>
    public static WanVae OpenNamed(string name, WanVaeTiling? tiling = null, ScalarType compute = ScalarType.Float32) =>
        Open(Path.Combine(Golden.Root, name), tiling, compute);
}
