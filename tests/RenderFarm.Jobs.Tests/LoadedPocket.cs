using RenderFarm.Diffusion.Models;
using RenderFarm.Jobs.Tests;
using RenderFarm.Rendering.Tests;
using static TorchSharp.torch;

[assembly: AssemblyFixture(typeof(LoadedPocket))]

namespace RenderFarm.Jobs.Tests;

/// <summary>The test model, loaded once for all the silos of these tests.</summary>
public sealed class LoadedPocket : IDisposable
{
    public LoadedPocket() => Model = VideoModelLoader.Load(
        Folder.Catalogue.Find(PocketFolder.Model), Folder.Catalogue.Folder(PocketFolder.Model), CPU);

    public PocketFolder Folder { get; } = new();

    public IVideoModel Model { get; }

    public void Dispose()
    {
        Model.Dispose();
        Folder.Dispose();
    }
}
