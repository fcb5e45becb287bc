using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using RenderFarm.Errors;

namespace RenderFarm.Cli.Hub;

/// <summary>Reads the list of a repository's files, page by page. What it says is untrusted.</summary>
internal sealed partial class HubListing(HubClient client, HubAddress address, HubOptions options)
{
    private const int MaxPage = 16 << 20;
    private const int MaxPages = 1000;
    private const int MaxFiles = 100_000;

    /// <exception cref="RenderFarmException">
    /// <see cref="ErrorCodes.UnknownModel"/> when the hub has no such repository or revision, else <see cref="ErrorCodes.HubFailed"/>.
    /// </exception>
    public async Task<IReadOnlyList<HubFile>> ReadAsync(CancellationToken cancellationToken)
    {
        var files = new Dictionary<string, HubFile>(StringComparer.Ordinal);
        Uri? page = address.List;
        for (int pages = 1; page is not null; pages++)
        {
            (byte[] body, Uri? next) = await client.TryAsync(
                $"{address.Source} at {address.Root}", options.ListRetries, token => ReadPageAsync(page, token), cancellationToken);
            foreach (HubFile file in Parse(body))
            {
                files.TryAdd(file.Path, file);
            }

            if (files.Count > MaxFiles || pages > MaxPages)
            {
                throw HubClient.Failed($"the list of {address.Source} has more than {MaxFiles} files or {MaxPages} pages");
            }

            page = next;
        }

        return [.. files.Values];
    }

    private async ValueTask<(byte[] Body, Uri? Next)> ReadPageAsync(Uri page, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await client.GetAsync(page, from: 0, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            throw new RenderFarmException(ErrorCodes.UnknownModel, $"{address.Root} has no repository {address.Repository} with the revision {address.Revision}");
        }

        if (client.Fault(response, $"{address.Source} at {address.Root}") is { } fault)
        {
            throw fault;
        }

        await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var content = new MemoryStream();
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = await client.ReadAsync(body, buffer, cancellationToken)) > 0;)
        {
            content.Write(buffer, 0, read);
            if (content.Length > MaxPage)
            {
                throw HubClient.Failed($"a page of the list of {address.Source} is longer than {MaxPage >> 20} MiB");
            }
        }

        return (content.ToArray(), Next(response, page));
    }

    /// <summary>RFC 8288: <c>Link: &lt;URL&gt;; rel="next"</c>.</summary>
    private static Uri? Next(HttpResponseMessage response, Uri page)
    {
        foreach (string header in response.Headers.TryGetValues("Link", out IEnumerable<string>? links) ? links : [])
        {
            if (NextLink().Match(header) is { Success: true } match)
            {
                return Uri.TryCreate(page, match.Groups[1].Value, out Uri? next) ? next : throw HubClient.Failed($"the link to the next page, '{header}', is no URL");
            }
        }

        return null;
    }

    private IEnumerable<HubFile> Parse(byte[] body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return
            [
                .. document.RootElement.EnumerateArray()
                    .Where(entry => entry.GetProperty("type").GetString() == "file")
                    .Select(File)
            ];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw HubClient.Failed($"{address.Root} does not answer with a list of files: {exception.Message}", exception);
        }
    }

    private HubFile File(JsonElement entry)
    {
        string path = entry.GetProperty("path").GetString() ?? "";
        if (!IsInside(path))
        {
            throw HubClient.Failed($"{address.Root} lists the file '{path}', which is not inside its repository: nothing is taken from it");
        }

        bool isLarge = entry.TryGetProperty("lfs", out JsonElement large) && large.ValueKind == JsonValueKind.Object;
        long size = (isLarge ? large : entry).GetProperty("size").GetInt64();
        string? hash = (isLarge ? large : entry).TryGetProperty("oid", out JsonElement oid) ? oid.GetString()?.ToLowerInvariant() : null;
        return size >= 0 && (hash is null || Hex().IsMatch(hash)) && hash?.Length is null or 40 or 64
            ? new HubFile(path, size, hash?.Length == 64 ? hash : null, hash?.Length == 40 ? hash : null)
            : throw new FormatException($"'{path}' has the size {size} and the checksum '{hash}'");
    }

    private static bool IsInside(string path) =>
        path.Length > 0 && !Path.IsPathRooted(path) && !path.Any(c => c == '\\' || char.IsControl(c)) && path.Split('/').All(part => part is not ("" or "." or ".."));

    [GeneratedRegex("""<([^>]+)>\s*;[^,]*\brel="?next"?""", RegexOptions.CultureInvariant)]
    private static partial Regex NextLink();

    [GeneratedRegex(@"\A[0-9a-f]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Hex();
}
