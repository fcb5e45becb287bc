using RenderFarm.Diffusion.Models;
using RenderFarm.Rendering.Devices;
using TorchSharp;

namespace RenderFarm.Jobs.Tests;

/// <summary>Checks the model's files as the farm's loader does, and gives the model that is loaded already.</summary>
internal sealed class GatedModelLoader(LoadedPocket pocket, StepGate gate) : IModelLoader
{
    public IVideoModel Load(string name, torch.Device device)
    {
        pocket.Folder.Catalogue.VerifyFiles(name);
        return new GatedModel(pocket.Model, gate);
    }
}
