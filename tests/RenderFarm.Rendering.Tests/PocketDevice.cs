using Microsoft.Extensions.Options;
using RenderFarm.Rendering.Devices;
using RenderFarm.Rendering.Tests;

[assembly: AssemblyFixture(typeof(PocketDevice))]

namespace RenderFarm.Rendering.Tests;

/// <summary>A device with the test model, loaded once for all tests.</summary>
public sealed class PocketDevice : IDisposable
{
    public PocketDevice()
    {
        IOptions<DeviceOptions> options = Options.Create(new DeviceOptions { Threads = 1 });
        Executor = new DeviceExecutor(new CatalogueModelLoader(Models.Catalogue, options), options);
        Executor.Start();
    }

    public PocketFolder Models { get; } = new();

    public DeviceExecutor Executor { get; }

    public void Dispose()
    {
        Executor.Dispose();
        Models.Dispose();
    }
}
