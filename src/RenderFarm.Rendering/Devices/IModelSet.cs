using RenderFarm.Diffusion.Models;
using RenderFarm.Errors;

namespace RenderFarm.Rendering.Devices;

/// <summary>The models on one device. Only for work that runs on the device's thread.</summary>
public interface IModelSet
{
    /// <summary>A model, loaded at its first use and kept until others need its place.</summary>
    /// <exception cref="RenderFarmException">As <see cref="IModelLoader.Load"/>.</exception>
    IVideoModel Get(string name);
}
