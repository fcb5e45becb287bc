using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Pocket;

/// <summary>Casts a layer's float32 master weights: within the graph while training, once and for all while gradients are off.</summary>
internal sealed class CastCache(ScalarType compute) : IDisposable
{
    private readonly Tensor?[] _cached = new Tensor?[2];

    public ScalarType Compute { get; } = compute;

    /// <summary>The weight in <see cref="Compute"/>; owned by the cache or by the caller's scope.</summary>
    public Tensor Get(int slot, Parameter weight)
    {
        if (weight.requires_grad)
        {
            return weight.to_type(Compute);
        }

        return _cached[slot] ??= weight.to_type(Compute).DetachFromDisposeScope();
    }

    public void Dispose()
    {
        foreach (Tensor? tensor in _cached)
        {
            tensor?.Dispose();
        }
    }
}
