using System.Runtime.CompilerServices;
using RenderFarm.Errors;
using RenderFarm.Storage;

namespace RenderFarm.Rendering.Tests;

/// <summary>One process's way to a store, which a test may hold up, or cut off as a crash does.</summary>
internal sealed class HookedStore(IArtifactStore store) : IArtifactStore
{
    private volatile bool _crashed;

    /// <summary>Awaited before an artifact is read.</summary>
    public Func<string, CancellationToken, Task>? BeforeRead { get; set; }

    /// <summary>From now on nothing of this process reaches the store.</summary>
    public void Crash() => _crashed = true;

    public Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        Alive().WriteAsync(path, content, cancellationToken);

    public Task PutFileAsync(string path, string localFile, CancellationToken cancellationToken) =>
        Alive().PutFileAsync(path, localFile, cancellationToken);

    public async Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        await (BeforeRead?.Invoke(path, cancellationToken) ?? Task.CompletedTask);
        return await Alive().ReadAsync(path, cancellationToken);
    }

    public Task<Stream?> OpenReadAsync(string path, CancellationToken cancellationToken) => Alive().OpenReadAsync(path, cancellationToken);

    public Task DeleteAsync(string path, CancellationToken cancellationToken) => Alive().DeleteAsync(path, cancellationToken);

    public async IAsyncEnumerable<string> ListAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (string path in Alive().ListAsync(folder, cancellationToken))
        {
            yield return path;
        }
    }

    private IArtifactStore Alive() =>
        _crashed ? throw new RenderFarmException(ErrorCodes.StorageFailed, "the process has crashed") : store;
}
