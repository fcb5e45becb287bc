namespace RenderFarm.Diffusion.Models;

/// <summary>A network that is on its device only while <see cref="Residents"/> lets it.</summary>
/// <param name="bytes">What it takes of the device's memory.</param>
/// <param name="load">Brings it onto the device; the tensors that it makes live until it is disposed.</param>
internal sealed class Resident<T>(long bytes, Func<T> load) : IResident
    where T : class, IDisposable
{
    public long Bytes { get; } = bytes;

    public T? Loaded { get; private set; }

    public bool IsLoaded => Loaded is not null;

    public void Load() => Loaded ??= load();

    public void Dispose()
    {
        Loaded?.Dispose();
        Loaded = null;
    }
}
