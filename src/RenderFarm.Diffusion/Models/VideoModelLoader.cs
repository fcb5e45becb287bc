using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Diffusion.Models.Wan;
using RenderFarm.Errors;
using RenderFarm.Models;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models;

/// <summary>The one place that knows which code runs which family.</summary>
public static class VideoModelLoader
{
    /// <summary>Loads a model onto a device; the caller disposes it.</summary>
    /// <param name="descriptor">Of the model.</param>
    /// <param name="folder">Where its weights are.</param>
    /// <param name="device">Where it shall run.</param>
    /// <param name="limits">What it may use of it; null for <see cref="DeviceLimits.Of"/>.</param>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/> for an unknown family or weights that do not fit.</exception>
    public static IVideoModel Load(ModelDescriptor descriptor, string folder, Device device, DeviceLimits? limits = null)
    {
        limits ??= DeviceLimits.Of(device);
        return descriptor.Family switch
        {
            "pocket" => new PocketModel(descriptor, folder, device, limits.Compute),
            "wan" => new WanModel(descriptor, folder, device, limits),
            _ => throw new RenderFarmException(
                ErrorCodes.InvalidModel, $"model {descriptor.Name} is of family '{descriptor.Family}'; this build runs pocket and wan"),
        };
    }
}
