using RenderFarm.Diffusion.Models;
using RenderFarm.Errors;
using TorchSharp;

namespace RenderFarm.Rendering.Devices;

/// <summary>Brings a model onto a device.</summary>
public interface IModelLoader
{
    /// <summary>The caller disposes it.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.UnknownModel"/> or <see cref="ErrorCodes.InvalidModel"/>.</exception>
    IVideoModel Load(string name, torch.Device device);
}
