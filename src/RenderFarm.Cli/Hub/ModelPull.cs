using System.Text.Json;
using RenderFarm.Cli.Registration;
using RenderFarm.Cli.Watching;
using RenderFarm.Diffusion.Models.Registry;
using RenderFarm.Diffusion.Weights;
using RenderFarm.Errors;

namespace RenderFarm.Cli.Hub;

/// <summary>Brings the files of a repository's pipeline into a folder, and no others; begun again, it goes on.</summary>
internal sealed class ModelPull(HubAddress address, string folder, HubClient client, HubOptions options, FileHashes hashes)
{
    /// <summary>The longest tokenizers have a few dozen MiB.</summary>
    private const long MaxConfiguration = 256L << 20;

    private readonly HubDownload _download = new(client, address, options, hashes);

    private IReadOnlyList<HubFile> _listed = [];
    private long _bytes;
    private long _total;

    /// <summary>Asks the hub which files there are. Nothing is written.</summary>
    /// <exception cref="RenderFarmException">
    /// As <see cref="HubListing.ReadAsync"/>; <see cref="ErrorCodes.InvalidModel"/> for a repository without a pipeline.
    /// </exception>
    public async Task ListAsync(CancellationToken cancellationToken)
    {
        _listed = await new HubListing(client, address, options).ReadAsync(cancellationToken);
        if (Listed(PipelineFiles.Index) is null)
        {
            throw new RenderFarmException(ErrorCodes.InvalidModel, $"{address.Source} is not a pipeline in Diffusers' layout: it has no {PipelineFiles.Index}");
        }
    }

    /// <summary>Brings what says how the model is licensed, and gives that.</summary>
    /// <exception cref="RenderFarmException">As <see cref="FetchAsync"/>.</exception>
    public async Task<ModelLicence> FetchLicenceAsync(CancellationToken cancellationToken)
    {
        await BringAsync(_listed.Where(file => file.Folder.Length == 0 && ModelLicence.IsSource(file.Name)), _ => { }, cancellationToken);
        return ModelLicence.Read(folder, model: null);
    }

    /// <summary>Brings all that the pipeline is made of.</summary>
    /// <exception cref="RenderFarmException">
    /// <see cref="ErrorCodes.HubFailed"/>; <see cref="ErrorCodes.InvalidModel"/> for a repository that lacks a file;
    /// <see cref="ErrorCodes.StorageFull"/> before the weights are fetched where there is no room for them; <see cref="ErrorCodes.StorageFailed"/>.
    /// </exception>
    public async Task FetchAsync(Action<PullProgress> progress, CancellationToken cancellationToken)
    {
        await BringAsync([Listed(PipelineFiles.Index)!], progress, cancellationToken);
        string[] components = Components();
        await BringAsync(
            _listed.Where(file => components.Contains(file.Folder) && PipelineFiles.IsConfiguration(file.Name)), progress, cancellationToken);
        HubFile[] weights = [.. components.SelectMany(Weights)];
        RequireSpace(weights);
        await BringAsync(weights, progress, cancellationToken);
    }

    private async Task BringAsync(IEnumerable<HubFile> files, Action<PullProgress> progress, CancellationToken cancellationToken)
    {
        HubFile[] all = [.. files];
        _total += all.Sum(file => file.Size);
        foreach (HubFile file in all)
        {
            if (file.Size > MaxConfiguration && !file.Name.EndsWith(".safetensors", StringComparison.Ordinal))
            {
                throw HubClient.Failed($"{address.Source} lists {file.Path} with {Show.Size(file.Size)}: that is no configuration");
            }

            long before = _bytes;
            await _download.BringAsync(
                file,
                Path.Combine(folder, file.Path),
                bytes => progress(new PullProgress(file.Path, IsWhole: false, file.Size, before + bytes, _total)),
                cancellationToken);
            _bytes = before + file.Size;
            progress(new PullProgress(file.Path, IsWhole: true, file.Size, _bytes, _total));
        }
    }

    private HubFile? Listed(string path) => _listed.FirstOrDefault(file => file.Path == path);

    /// <summary>The folders that the pipeline's index names: <c>"vae": ["diffusers", "AutoencoderKLWan"]</c>; null stands for none.</summary>
    private string[] Components()
    {
        string path = Path.Combine(folder, PipelineFiles.Index);
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return
            [
                .. document.RootElement.EnumerateObject()
                    .Where(entry => entry.Value.ValueKind == JsonValueKind.Array && entry.Value.EnumerateArray().All(part => part.ValueKind == JsonValueKind.String))
                    .Select(entry => entry.Name)
            ];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or IOException)
        {
            throw new RenderFarmException(ErrorCodes.InvalidModel, $"{path} is not the index of a pipeline: {exception.Message}", exception);
        }
    }

    /// <summary>A component's shards, by its index of them, or else its one file of weights.</summary>
    private IEnumerable<HubFile> Weights(string component)
    {
        foreach (string stem in PipelineFiles.Stems)
        {
            string whole = $"{component}/{stem}.safetensors";
            if (Listed($"{whole}.index.json") is not null)
            {
                foreach (string shard in WeightFiles.FilesOf(Path.Combine(folder, component), stem))
                {
                    yield return Listed($"{component}/{shard}") ?? throw new RenderFarmException(
                        ErrorCodes.InvalidModel, $"{address.Source} has no {component}/{shard}, which {whole}.index.json lists");
                }
            }
            else if (Listed(whole) is { } file)
            {
                yield return file;
            }
        }
    }

    private void RequireSpace(IEnumerable<HubFile> files)
    {
        long missing = files.Sum(file =>
        {
            string target = Path.Combine(folder, file.Path);
            return File.Exists(target) ? 0 : Math.Max(0, file.Size - Length(target + HubDownload.PartSuffix));
        });
        long free = new DriveInfo(folder).AvailableFreeSpace;
        if (missing > free)
        {
            throw new RenderFarmException(
                ErrorCodes.StorageFull, $"{address.Source} needs {Show.Size(missing)} more in {folder}, where {Show.Size(free)} are free");
        }
    }

    private static long Length(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;
}
