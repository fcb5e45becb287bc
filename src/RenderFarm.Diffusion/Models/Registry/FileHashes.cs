using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace RenderFarm.Diffusion.Models.Registry;

/// <summary>
/// SHA-256 of files. Those of big files are remembered by path, length and time of the last write, so that a model of tens of gigabytes
/// is not read whole at every start.
/// </summary>
/// <param name="memory">The file that remembers; null to remember nothing.</param>
/// <param name="progress">Told as files are read.</param>
public sealed class FileHashes(string? memory = null, IProgress<HashProgress>? progress = null)
{
    private const int BufferLength = 1 << 20;

    private readonly Lock _lock = new();

    /// <summary>Length in bytes from which on a file is worth remembering; shorter ones are read in an instant.</summary>
    public long MinLength { get; init; } = 64L << 20;

    /// <summary>Lower-case hex. Symbolic links are followed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isAfresh">Whether to read it whatever is remembered.</param>
    /// <param name="cancellationToken">Stops between two buffers.</param>
    /// <exception cref="IOException">When it cannot be read; or <see cref="UnauthorizedAccessException"/>.</exception>
    public string Of(string path, bool isAfresh = false, CancellationToken cancellationToken = default)
    {
        path = Path.GetFullPath(path);
        using SafeFileHandle file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        long length = RandomAccess.GetLength(file);
        long written = File.GetLastWriteTimeUtc(file).Ticks;
        bool isWorthIt = memory is not null && length >= MinLength;
        if (isWorthIt && !isAfresh && Recall().GetValueOrDefault(path) is { } known && (known.Length, known.Written) == (length, written))
        {
            return known.Sha256;
        }

        string hash = Read(file, path, length, cancellationToken);
        // A file that was written meanwhile has the checksum of neither its old bytes nor its new ones.
        if (isWorthIt && (RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file).Ticks) == (length, written))
        {
            Remember(path, new RememberedHash(length, written, hash));
        }

        return hash;
    }

    private string Read(SafeFileHandle file, string path, long length, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[BufferLength];
        long done = 0;
        for (int read; (read = RandomAccess.Read(file, buffer, done)) > 0; done += read)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
            progress?.Report(new HashProgress(path, done + read, length));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private Dictionary<string, RememberedHash> Recall()
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, RememberedHash>>(File.ReadAllText(memory!), JsonSerializerOptions.Web) ?? [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            // Nothing is remembered yet, or what was is lost: files are read again.
            return [];
        }
    }

    private void Remember(string path, RememberedHash hash)
    {
        lock (_lock)
        {
            Dictionary<string, RememberedHash> all = Recall().Where(entry => File.Exists(entry.Key)).ToDictionary();
            all[path] = hash;
            string temporary = $"{memory}.{Guid.NewGuid():N}.tmp";
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(memory!)!);
                File.WriteAllText(temporary, JsonSerializer.Serialize(all, JsonSerializerOptions.Web));
                File.Move(temporary, memory!, overwrite: true);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Where nothing can be written the file is read again the next time.
            }
        }
    }
}
