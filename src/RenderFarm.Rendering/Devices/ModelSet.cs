using RenderFarm.Diffusion.Models;
using TorchSharp;

namespace RenderFarm.Rendering.Devices;

/// <summary>At most so many models at once; the least recently used leaves first. One thread's.</summary>
internal sealed class ModelSet(IModelLoader loader, torch.Device device, int capacity) : IModelSet, IDisposable
{
    /// <summary>The most recently used last.</summary>
    private readonly List<(string Name, IVideoModel Model)> _loaded = [];

    public IVideoModel Get(string name)
    {
        int index = _loaded.FindIndex(entry => entry.Name == name);
        if (index >= 0)
        {
            (string Name, IVideoModel Model) entry = _loaded[index];
            _loaded.RemoveAt(index);
            _loaded.Add(entry);
            return entry.Model;
        }

        // Room is made before loading: two models at once may be more than the device holds.
        while (_loaded.Count >= capacity)
        {
            _loaded[0].Model.Dispose();
            _loaded.RemoveAt(0);
        }

        IVideoModel model = Load(name);
        _loaded.Add((name, model));
        return model;
    }

    public void Dispose()
    {
        _loaded.ForEach(entry => entry.Model.Dispose());
        _loaded.Clear();
    }

    /// <summary>A model outlives the step that first asks for it, hence that step's dispose scope.</summary>
    private IVideoModel Load(string name)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        IVideoModel model = loader.Load(name, device);
        scope.Detach([.. scope.DisposablesView]);
        return model;
    }
}
