using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Weights;

/// <summary>Makes weights up: for architectures whose checkpoint is not at hand, to measure them or to list their tensors.</summary>
/// <param name="deviation">Standard deviation of the normal numbers; small ones keep a deep network's values finite.</param>
public sealed class RandomWeights(double deviation = 0.02) : IWeightReader
{
    public bool Contains(string name) => true;

    public Tensor Read(string name, IReadOnlyList<long> shape, Device device, ScalarType type)
    {
        using IDisposable gradients = no_grad();
        Tensor tensor = empty([.. shape], type, device);
        return device.type == TorchSharp.DeviceType.META ? tensor : tensor.normal_(0, deviation);
    }

    public void Dispose()
    {
    }
}
