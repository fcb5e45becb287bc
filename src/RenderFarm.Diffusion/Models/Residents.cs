using TorchSharp;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models;

/// <summary>Keeps a model's networks on its device within a budget; the least recently used leaves first. One thread's.</summary>
/// <param name="budget">Bytes for all of them together.</param>
internal sealed class Residents(long budget) : IDisposable
{
    /// <summary>The most recently used last.</summary>
    private readonly List<IResident> _loaded = [];

    /// <summary>A network, brought onto the device where it is not there, after room was made for it.</summary>
    public T Get<T>(Resident<T> resident)
        where T : class, IDisposable
    {
        if (!_loaded.Remove(resident))
        {
            Leave(resident.Bytes, stay: 0);

            // It outlives the step that asks for it, hence that step's dispose scope.
            using DisposeScope scope = NewDisposeScope();
            resident.Load();
            scope.Detach([.. scope.DisposablesView]);
        }

        _loaded.Add(resident);
        return resident.Loaded!;
    }

    /// <summary>Lets networks leave, but the one that was asked for last, until <paramref name="bytes"/> more fit the budget.</summary>
    public void MakeRoom(long bytes) => Leave(bytes, stay: 1);

    public void Dispose()
    {
        _loaded.ForEach(resident => resident.Dispose());
        _loaded.Clear();
    }

    private void Leave(long bytes, int stay)
    {
        while (_loaded.Count > stay && _loaded.Sum(resident => resident.Bytes) > budget - bytes)
        {
            _loaded[0].Dispose();
            _loaded.RemoveAt(0);
        }
    }
}
