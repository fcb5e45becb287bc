using Microsoft.Extensions.Options;
using RenderFarm.Diffusion.Models;
using TorchSharp;

namespace RenderFarm.Rendering.Devices;

/// <summary>Loads from the model folders, after checking every weights file against its checksum.</summary>
internal sealed class CatalogueModelLoader(ModelCatalogue catalogue, IOptions<DeviceOptions> options) : IModelLoader
{
    public IVideoModel Load(string name, torch.Device device)
    {
        catalogue.VerifyFiles(name);
        return VideoModelLoader.Load(catalogue.Find(name), catalogue.Folder(name), device, options.Value.Limits(device));
    }
}
