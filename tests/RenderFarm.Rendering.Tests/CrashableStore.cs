using RenderFarm.Errors;
using RenderFarm.Storage;

namespace RenderFarm.Rendering.Tests;

/// <summary>One process's way to a store: after the crash nothing of it arrives there any more.</summary>
internal sealed class CrashableStore(IArtifactStore store) : IArtifactStore
{
    private volatile bool _crashed;

    public void Crash() => _crashed = true;

    public Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        Alive().WriteAsync(path, content, cancellationToken);

    public Task PutFileAsync(string path, string localFile, CancellationToken cancellationToken) =>
        Alive().PutFileAsync(path, localFile, cancellationToken);

    public Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken) => Alive().ReadAsync(path, cancellationToken);

    public Task<Stream?> OpenReadAsync(string path, CancellationToken cancellationToken) => Alive().OpenReadAsync(path, cancellationToken);

    public Task DeleteAsync(string path, CancellationToken cancellationToken) => Alive().DeleteAsync(path, cancellationToken);

    public IAsyncEnumerable<string> ListAsync(string folder, CancellationToken cancellationToken) => Alive().ListAsync(folder, cancellationToken);

    private IArtifactStore Alive() =>
        _crashed ? throw new RenderFarmException(ErrorCodes.StorageFailed, "the process has crashed") : store;
}
