using RenderFarm.Errors;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Weights;

/// <summary>Where a network's tensors come from.</summary>
public interface IWeightReader : IDisposable
{
    /// <summary>Whether there is a tensor of that name; what makes tensors up says yes.</summary>
    bool Contains(string name);

    /// <summary>A tensor on a device and in a type, owned by the caller.</summary>
    /// <param name="name">As the checkpoint names it.</param>
    /// <param name="shape">What the network needs.</param>
    /// <param name="device">Where it shall lie; on the meta device the tensor is only checked, not read.</param>
    /// <param name="type">Its element type there.</param>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/> when there is none of that name and shape.</exception>
    Tensor Read(string name, IReadOnlyList<long> shape, Device device, ScalarType type);
}
