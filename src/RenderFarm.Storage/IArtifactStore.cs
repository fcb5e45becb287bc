namespace RenderFarm.Storage;

/// <summary>
/// Where latents, checkpoints, films and grain state live. Paths are relative, with '/' between names. Faults are
/// <see cref="Errors.RenderFarmException"/>: <see cref="Errors.ErrorCodes.StorageFull"/> for a full disk,
/// <see cref="Errors.ErrorCodes.StorageFailed"/> for all others.
/// </summary>
public interface IArtifactStore
{
    /// <summary>Writes the whole artifact or nothing; replaces an older one. Durable when the task completes.</summary>
    Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Takes over a file, whole or not at all; the local file is gone afterwards.</summary>
    Task PutFileAsync(string path, string localFile, CancellationToken cancellationToken);

    /// <summary>The artifact's bytes, or null where there is none.</summary>
    Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken);

    /// <summary>A stream over the artifact, owned by the caller, or null where there is none.</summary>
    Task<Stream?> OpenReadAsync(string path, CancellationToken cancellationToken);

    /// <summary>Deletes the artifact; does nothing where there is none.</summary>
    Task DeleteAsync(string path, CancellationToken cancellationToken);

    /// <summary>Every artifact's path below a folder, in ordinal order.</summary>
    IAsyncEnumerable<string> ListAsync(string folder, CancellationToken cancellationToken);
}
