namespace RenderFarm.Diffusion.Models;

/// <summary>A network that can leave its device and come back.</summary>
internal interface IResident : IDisposable
{
    long Bytes { get; }

    bool IsLoaded { get; }

    void Load();
}
