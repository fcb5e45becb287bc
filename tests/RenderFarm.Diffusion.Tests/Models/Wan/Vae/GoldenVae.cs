using RenderFarm.Diffusion.Models.Wan.Vae;
using RenderFarm.Diffusion.Weights;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tests.Models.Wan.Vae;

/// <summary>The small VAEs that lie beside the tests, whatever reference vectors the others are to run on.</summary>
internal static class GoldenVae
{
    public const string Wan21 = "vae_wan21";
    public const string Wan22 = "vae_wan22";

    public static TheoryData<string> Both => [Wan21, Wan22];

    /// <summary>A VAE on the CPU, the caller's.</summary>
    public static WanVae Open(string name, WanVaeTiling? tiling = null, ScalarType compute = ScalarType.Float32)
    {
        using WeightFiles weights = Weights(name);
        return Open(name, weights, tiling, compute);
    }

    /// <summary>The same with other weights, which are borrowed.</summary>
    public static WanVae Open(string name, IWeightReader weights, WanVaeTiling? tiling = null, ScalarType compute = ScalarType.Float32) =>
        new(WanVaeConfig.Read(Path.Combine(Folder(name), "config.json")), new WeightSet(weights, CPU, compute), tiling);

    public static WeightFiles Weights(string name) => WeightFiles.Open(Folder(name), "weights");

    private static string Folder(string name) => Path.Combine(AppContext.BaseDirectory, "golden", name);
}
