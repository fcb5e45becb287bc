using RenderFarm.Diffusion.Weights;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tests.Models.Wan.Vae;

/// <summary>A VAE's weights whose attention adds nothing: what is left sees only so far.</summary>
internal sealed class WithoutAttention(IWeightReader weights) : IWeightReader
{
    public bool Contains(string name) => weights.Contains(name);

    public Tensor Read(string name, IReadOnlyList<long> shape, Device device, ScalarType type)
    {
        Tensor tensor = weights.Read(name, shape, device, type);
        return name.Contains(".attentions.0.proj.", StringComparison.Ordinal) ? tensor.zero_() : tensor;
    }

    public void Dispose() => weights.Dispose();
}
