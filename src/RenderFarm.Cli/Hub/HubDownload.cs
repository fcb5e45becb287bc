using System.Net;
using System.Security.Cryptography;
using System.Text;
using RenderFarm.Diffusion.Models.Registry;
using RenderFarm.Errors;
using RenderFarm.Storage;

namespace RenderFarm.Cli.Hub;

/// <summary>
/// Brings files from a hub: into <c>FILE.part</c>, from where that ends, then under the file's name, then checked against the hub's checksum.
/// A connection that breaks is taken up again; what is there already and is right is not fetched again.
/// </summary>
/// <param name="client">Speaks to the hub.</param>
/// <param name="address">The repository.</param>
/// <param name="options">How patient to be.</param>
/// <param name="hashes">Remembers what is checked.</param>
internal sealed class HubDownload(HubClient client, HubAddress address, HubOptions options, FileHashes hashes)
{
    public const string PartSuffix = ".part";

    /// <summary>Times that a file is fetched whose bytes prove wrong; the first may have begun with another version's part.</summary>
    private const int Fetches = 3;

    /// <summary>A try that brought less before it broke off counts as one that failed.</summary>
    private const int MinGain = 1 << 16;

    /// <param name="file">The file.</param>
    /// <param name="target">Where it shall lie.</param>
    /// <param name="progress">Told how many bytes are there.</param>
    /// <param name="cancellationToken">Stops it; the part stays.</param>
    /// <exception cref="RenderFarmException">
    /// <see cref="ErrorCodes.HubFailed"/>, <see cref="ErrorCodes.StorageFull"/>, <see cref="ErrorCodes.StorageFailed"/>.
    /// </exception>
    public async Task BringAsync(HubFile file, string target, Action<long> progress, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            for (int fetches = 0; ; fetches++)
            {
                string? fault = File.Exists(target) ? await Task.Run(() => Fault(file, target, cancellationToken), cancellationToken) : "it is missing";
                if (fault is null)
                {
                    progress(file.Size);
                    return;
                }

                File.Delete(target);
                if (fetches == Fetches)
                {
                    throw HubClient.Failed($"{address.File(file.Path)} comes wrong again and again: {fault}");
                }

                await FetchAsync(file, target, progress, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw DiskSpace.IsExhausted(exception)
                ? new RenderFarmException(ErrorCodes.StorageFull, $"no space left to write {target}; the same command goes on when there is", exception)
                : new RenderFarmException(ErrorCodes.StorageFailed, $"{target} cannot be written: {exception.Message}", exception);
        }
    }

    private async Task FetchAsync(HubFile file, string target, Action<long> progress, CancellationToken cancellationToken)
    {
        string part = target + PartSuffix;
        await using (FileStream output = new(part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None))
        {
            if (output.Length > file.Size)
            {
                output.SetLength(0);
            }

            output.Seek(0, SeekOrigin.End);
            long reached = output.Position;
            while (output.Position < file.Size)
            {
                await client.TryAsync(
                    address.File(file.Path).ToString(), options.Retries, token => AppendAsync(file, output, reached, progress, token), cancellationToken);
                reached = output.Position;
            }

            output.Flush(flushToDisk: true);
        }

        File.Move(part, target, overwrite: true);
    }

    /// <summary>Appends what one answer brings. False when that was not all, but so far beyond what was reached before that it goes on at once.</summary>
    /// <exception cref="HubInterruption">When it brought less.</exception>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.HubFailed"/> for another length than the list's.</exception>
    private async ValueTask<bool> AppendAsync(HubFile file, FileStream output, long reached, Action<long> progress, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await client.GetAsync(address.File(file.Path), output.Position, cancellationToken);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            throw Other("ends before that");
        }

        if (client.Fault(response, $"{file.Path} of {address.Source}") is { } fault)
        {
            throw fault;
        }

        if (response.StatusCode != HttpStatusCode.PartialContent)
        {
            // A server that knows no ranges sends all of it.
            output.SetLength(0);
        }

        long begin = output.Position;
        bool isOther = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From != begin;
        if (isOther || (response.Content.Headers.ContentLength is { } length && length != file.Size - begin))
        {
            throw Other($"comes with {response.Content.Headers.ContentLength} bytes");
        }

        await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
        byte[] buffer = new byte[1 << 17];
        try
        {
            for (int read; (read = await client.ReadAsync(body, buffer, cancellationToken)) > 0;)
            {
                if (output.Position + read > file.Size)
                {
                    throw Other("comes with more");
                }

                await output.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                progress(output.Position);
            }
        }
        catch (HubInterruption) when (IsGain())
        {
            return false;
        }

        return output.Position == file.Size ? true
            : IsGain() ? false
            : throw new HubInterruption("the connection ended early");

        // Where a server knows no ranges, every try begins anew: what counts is how far it comes.
        bool IsGain() => output.Position - reached >= MinGain;

        // No try would mend that, and no part of it is of use.
        RenderFarmException Other(string what)
        {
            long from = output.Position;
            output.SetLength(0);
            return HubClient.Failed($"{address.File(file.Path)} has {file.Size} bytes as the hub lists it, but from byte {from} on {what}");
        }
    }

    /// <summary>What is wrong with a file's bytes; null when nothing is, or the hub does not tell a checksum.</summary>
    private string? Fault(HubFile file, string path, CancellationToken cancellationToken)
    {
        long length = new FileInfo(path).Length;
        if (length != file.Size)
        {
            return $"it has {length} bytes, not {file.Size}";
        }

        (string kind, string? expected) = file.Sha256 is not null ? ("SHA-256", file.Sha256) : ("Git SHA-1", file.GitSha1);
        if (expected is null)
        {
            return null;
        }

        string actual = file.Sha256 is not null ? hashes.Of(path, isAfresh: false, cancellationToken) : GitSha1(path, length);
        return actual == expected ? null : $"its {kind} is {actual}, not {expected}";
    }

    /// <summary>Git's name for a blob: SHA-1 of <c>blob LENGTH</c>, a zero byte, and the content.</summary>
    private static string GitSha1(string path, long length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes($"blob {length}\0"));
        using FileStream content = File.OpenRead(path);
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = content.Read(buffer)) > 0;)
        {
            hash.AppendData(buffer, 0, read);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
