using System.Collections.Concurrent;
using System.Text.Json;
using Orleans.Storage;
using RenderFarm.Storage;

namespace RenderFarm.Jobs.State;

/// <summary>
/// Grain state as JSON artifacts, sealed with a checksum. The ETag is looked at under a lock of this process; a folder belongs to one
/// process at a time.
/// </summary>
internal sealed class ArtifactGrainStorage(IArtifactStore store) : IGrainStorage
{
    /// <summary>The provider's name.</summary>
    public const string Name = "artifacts";

    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.Ordinal);

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        StoredState<T>? stored = await ReadAsync<T>(PathOf(stateName, grainId));
        grainState.State = stored is null ? Activator.CreateInstance<T>() : stored.State;
        grainState.ETag = stored?.ETag;
        grainState.RecordExists = stored is not null;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        string path = PathOf(stateName, grainId);
        using IDisposable gate = await EnterAsync(path);
        await RequireAsync(path, grainState);
        string etag = Guid.NewGuid().ToString("N");
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(new StoredState<T>(etag, grainState.State!), StateJson.Options);
        await store.WriteAsync(path, Seal.Close(json), CancellationToken.None);
        grainState.ETag = etag;
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        string path = PathOf(stateName, grainId);
        using IDisposable gate = await EnterAsync(path);
        await RequireAsync(path, grainState);
        await store.DeleteAsync(path, CancellationToken.None);
        grainState.State = Activator.CreateInstance<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    private static string PathOf(string stateName, GrainId grainId) => $"state/{stateName}/{Uri.EscapeDataString(grainId.Key.ToString()!)}.json";

    private async Task<StoredState<T>?> ReadAsync<T>(string path) =>
        await store.ReadAsync(path, CancellationToken.None) is { } content
            ? JsonSerializer.Deserialize<StoredState<T>>(Seal.Open(content, path).Span, StateJson.Options)
            : null;

    private async Task RequireAsync<T>(string path, IGrainState<T> grainState)
    {
        string? stored = (await ReadAsync<T>(path))?.ETag;
        if (stored != grainState.ETag)
        {
            throw new InconsistentStateException($"{path} was changed by another activation", stored ?? "", grainState.ETag ?? "");
        }
    }

    private async Task<IDisposable> EnterAsync(string path)
    {
        SemaphoreSlim gate = _gates.GetOrAdd(path, _ => new SemaphoreSlim(1));
        await gate.WaitAsync();
        return new Exit(gate);
    }

    private sealed class Exit(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
