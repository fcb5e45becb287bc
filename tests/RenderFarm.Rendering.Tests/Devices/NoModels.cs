using RenderFarm.Diffusion.Models;
using RenderFarm.Rendering.Devices;
using TorchSharp;

namespace RenderFarm.Rendering.Tests.Devices;

/// <summary>For work that needs no model.</summary>
internal sealed class NoModels : IModelLoader
{
    public IVideoModel Load(string name, torch.Device device) => throw new NotSupportedException();
}
