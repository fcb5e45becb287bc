using RenderFarm.Errors;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Weights;

/// <summary>
/// The tensors of one network, taken by name one at a time straight to its device, so that the host never holds more than one of them.
/// Owns them: a network keeps its set and disposes it.
/// </summary>
/// <param name="reader">Borrowed, and only until the network is built.</param>
/// <param name="device">Where the tensors shall lie.</param>
/// <param name="compute">The type that the network multiplies in.</param>
public sealed class WeightSet(IWeightReader reader, Device device, ScalarType compute) : IDisposable
{
    private readonly Dictionary<string, Tensor> _tensors = new(StringComparer.Ordinal);

    public Device Device { get; } = device;

    public ScalarType Compute { get; } = compute;

    /// <summary>All that was taken, by name.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors => _tensors;

    /// <summary>Whether the checkpoint has a tensor of that name.</summary>
    public bool Contains(string name) => reader.Contains(name);

    /// <summary>A tensor in <see cref="Compute"/>; it stays this set's.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/>, naming the tensor and the shape.</exception>
    public Tensor Take(string name, params long[] shape) => Take(name, Compute, shape);

    /// <summary>A tensor in 32 bits whatever <see cref="Compute"/> is: norms, tables, what must not be rounded; it stays this set's.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/>, naming the tensor and the shape.</exception>
    public Tensor TakeFloat(string name, params long[] shape) => Take(name, ScalarType.Float32, shape);

    public void Dispose()
    {
        foreach (Tensor tensor in _tensors.Values)
        {
            tensor.Dispose();
        }

        _tensors.Clear();
    }

    private Tensor Take(string name, ScalarType type, long[] shape)
    {
        Tensor tensor = reader.Read(name, shape, Device, type).DetachFromDisposeScope();
        _tensors.Add(name, tensor);
        return tensor;
    }
}
