using System.Text.Json;
using RenderFarm.Diffusion.Tensors;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tests.Sampling;

/// <summary>Trajectories of the Diffusers schedulers under the stand-in model v = 0.3 x + 0.1 sin(t / 100).</summary>
internal static class GoldenScheduler
{
    public static IEnumerable<(string Name, int Steps, double Shift)> Cases(string folder, string shift)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root(folder), "cases.json")));
        foreach (JsonElement element in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            yield return (element.GetProperty("name").GetString()!, element.GetProperty("num_inference_steps").GetInt32(), element.GetProperty(shift).GetDouble());
        }
    }

    public static SafetensorsFile Open(string folder) => SafetensorsFile.Open(Path.Combine(Root(folder), "cases.safetensors"));

    public static Tensor Velocity(Tensor latents, float timestep) => latents * 0.3f + 0.1f * MathF.Sin(timestep / 100);

    private static string Root(string folder) => Path.Combine(AppContext.BaseDirectory, "golden", folder);
}
