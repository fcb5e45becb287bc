using RenderFarm.Errors;

namespace RenderFarm.Storage;

/// <summary>Artifacts as files below one folder: written under a temporary name, flushed to the disk, then renamed.</summary>
public sealed class FolderArtifactStore : IArtifactStore
{
    private const string TemporarySuffix = ".writing";

    private readonly string _root;

    /// <param name="root">Made where it is not there.</param>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.StorageFailed"/> when it cannot be.</exception>
    public FolderArtifactStore(string root)
    {
        _root = Path.GetFullPath(root);
        Guard(_root, () => Directory.CreateDirectory(_root));
    }

    public Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        GuardAsync(path, async () =>
        {
            string file = Locate(path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            string temporary = $"{file}.{Guid.NewGuid():N}{TemporarySuffix}";
            try
            {
                await using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write))
                {
                    await stream.WriteAsync(content, cancellationToken);
                    stream.Flush(flushToDisk: true);
                }

                File.Move(temporary, file, overwrite: true);
            }
            catch
            {
                File.Delete(temporary);
                throw;
            }
        });

    public Task PutFileAsync(string path, string localFile, CancellationToken cancellationToken) =>
        GuardAsync(path, () =>
        {
            string file = Locate(path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            string temporary = $"{file}.{Guid.NewGuid():N}{TemporarySuffix}";
            try
            {
                // Across file systems a move is a copy: it lands under the temporary name first.
                File.Move(localFile, temporary);
                using (FileStream stream = new(temporary, FileMode.Open, FileAccess.Write))
                {
                    stream.Flush(flushToDisk: true);
                }

                File.Move(temporary, file, overwrite: true);
            }
            catch
            {
                File.Delete(temporary);
                throw;
            }

            return Task.CompletedTask;
        });

    public async Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        byte[]? content = null;
        await GuardAsync(path, async () =>
        {
            try
            {
                content = await File.ReadAllBytesAsync(Locate(path), cancellationToken);
            }
            catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
            {
                content = null;
            }
        });
        return content;
    }

    public Task<Stream?> OpenReadAsync(string path, CancellationToken cancellationToken)
    {
        Stream? stream = null;
        Guard(path, () =>
        {
            string file = Locate(path);
            stream = File.Exists(file) ? new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete) : null;
        });
        return Task.FromResult(stream);
    }

    public Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        Guard(path, () =>
        {
            string file = Locate(path);
            if (File.Exists(file))
            {
                File.Delete(file);
            }
        });
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<string> ListAsync(
        string folder, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string[] files = [];
        Guard(folder, () =>
        {
            string start = folder.Length == 0 ? _root : Locate(folder);
            files = Directory.Exists(start)
                ? [.. Directory.EnumerateFiles(start, "*", SearchOption.AllDirectories)
                    .Where(file => !file.EndsWith(TemporarySuffix, StringComparison.Ordinal))
                    .Select(file => Path.GetRelativePath(_root, file).Replace('\\', '/'))
                    .Order(StringComparer.Ordinal)]
                : [];
        });
        foreach (string file in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return file;
        }

        await Task.CompletedTask;
    }

    private static void Guard(string path, Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Fault(path, exception);
        }
    }

    private static async Task GuardAsync(string path, Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Fault(path, exception);
        }
    }

    private static RenderFarmException Fault(string path, Exception exception) =>
        DiskSpace.IsExhausted(exception)
            ? new RenderFarmException(ErrorCodes.StorageFull, $"no space left to write {path}", exception)
            : new RenderFarmException(ErrorCodes.StorageFailed, $"artifact {path}: {exception.Message}", exception);

    /// <summary>The artifact's file; refuses a path that is absolute or leaves the root.</summary>
    private string Locate(string path)
    {
        string file = Path.GetFullPath(Path.Combine(_root, path));
        return path.Length > 0 && file.StartsWith(_root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? file
            : throw new ArgumentException($"'{path}' is not a path below the store's root", nameof(path));
    }
}
