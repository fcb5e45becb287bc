using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Errors;
using RenderFarm.Models;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models;

/// <summary>The one place that knows which code runs which family.</summary>
public static class VideoModelLoader
{
    /// <summary>Loads a model onto a device; the caller disposes it.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/> for an unknown family or weights that do not fit.</exception>
    public static IVideoModel Load(ModelDescriptor descriptor, string folder, Device device) => descriptor.Family switch
    {
        "pocket" => new PocketModel(descriptor, folder, device),
        _ => throw new RenderFarmException(
            ErrorCodes.InvalidModel, $"model {descriptor.Name} is of family '{descriptor.Family}'; this build runs pocket"),
    };
}
