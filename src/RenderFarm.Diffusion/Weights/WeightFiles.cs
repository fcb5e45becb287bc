using System.Text.Json;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Errors;
using TorchSharp;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Weights;

/// <summary>
/// A component's checkpoint, memory-mapped: <c>STEM.safetensors</c>, or shards that <c>STEM.safetensors.index.json</c> lists.
/// </summary>
public sealed class WeightFiles : IWeightReader
{
    private readonly Dictionary<string, SafetensorsFile> _files;
    private readonly Dictionary<string, SafetensorsFile> _fileOf = new(StringComparer.Ordinal);
    private readonly string _origin;

    private WeightFiles(string origin, Dictionary<string, SafetensorsFile> files)
    {
        _origin = origin;
        _files = files;
    }

    /// <summary>Names of all tensors.</summary>
    public IReadOnlyCollection<string> Names => _fileOf.Keys;

    /// <summary>The files, by name in their folder.</summary>
    public IReadOnlyCollection<string> Files => _files.Keys;

    /// <summary>Numbers in all tensors.</summary>
    public long Elements => Names.Sum(name => Shape(name).Aggregate(1L, (product, size) => product * size));

    /// <summary>Opens a component's checkpoint and checks every shard's header against the index.</summary>
    /// <param name="folder">The component's folder.</param>
    /// <param name="stem"><c>diffusion_pytorch_model</c> or <c>model</c>.</param>
    /// <exception cref="RenderFarmException">
    /// <see cref="ErrorCodes.InvalidModel"/> for no checkpoint, a missing or damaged shard, or an index that does not hold.
    /// </exception>
    public static WeightFiles Open(string folder, string stem)
    {
        string whole = Path.Combine(folder, stem + ".safetensors"), index = whole + ".index.json";
        if (!File.Exists(index))
        {
            return File.Exists(whole)
                ? Open(whole, [], new Dictionary<string, string>())
                : throw Invalid($"{folder} has no weights: neither {stem}.safetensors nor {stem}.safetensors.index.json");
        }

        Dictionary<string, string> fileOf = ReadIndex(index);
        return Open(index, [.. fileOf.Values.Distinct()], fileOf);
    }

    /// <summary>
    /// The files that a component's checkpoint is made of, whether they are there or not, without its index; none where it has neither
    /// an index nor a whole file.
    /// </summary>
    /// <param name="folder">The component's folder.</param>
    /// <param name="stem"><c>diffusion_pytorch_model</c> or <c>model</c>.</param>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/> for an index that cannot be read.</exception>
    public static IReadOnlyList<string> FilesOf(string folder, string stem)
    {
        string whole = stem + ".safetensors", index = Path.Combine(folder, whole + ".index.json");
        return File.Exists(index) ? [.. ReadIndex(index).Values.Distinct().Order(StringComparer.Ordinal)]
            : File.Exists(Path.Combine(folder, whole)) ? [whole]
            : [];
    }

    public bool Contains(string name) => _fileOf.ContainsKey(name);

    /// <summary>The shape of a tensor.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/> when there is none.</exception>
    public IReadOnlyList<long> Shape(string name) => FileOf(name).Shape(name);

    /// <summary>The element type that a tensor is stored in.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/> when there is none.</exception>
    public ScalarType Type(string name) => FileOf(name).Type(name);

    public Tensor Read(string name, IReadOnlyList<long> shape, Device device, ScalarType type)
    {
        SafetensorsFile file = FileOf(name);
        if (!file.Shape(name).SequenceEqual(shape))
        {
            throw Invalid($"{_origin}: tensor '{name}' is [{string.Join(", ", file.Shape(name))}], not [{string.Join(", ", shape)}]");
        }

        if (device.type == DeviceType.META)
        {
            return empty([.. shape], type, device);
        }

        using IDisposable gradients = no_grad();
        Tensor tensor = empty([.. shape], type, device);
        file.ReadInto(name, tensor);
        return tensor;
    }

    public void Dispose()
    {
        foreach (SafetensorsFile file in _files.Values)
        {
            file.Dispose();
        }
    }

    private static WeightFiles Open(string origin, string[] shards, Dictionary<string, string> fileOf)
    {
        string folder = Path.GetDirectoryName(origin)!;
        var files = new Dictionary<string, SafetensorsFile>(StringComparer.Ordinal);
        var weights = new WeightFiles(origin, files);
        try
        {
            foreach (string shard in shards.Length > 0 ? shards : [Path.GetFileName(origin)])
            {
                string path = Path.Combine(folder, shard);
                if (shard != Path.GetFileName(shard) || !File.Exists(path))
                {
                    throw Invalid($"{origin} lists the shard '{shard}', which is not in {folder}");
                }

                files.Add(shard, SafetensorsFile.Open(path));
                foreach (string name in files[shard].Names)
                {
                    if (!weights._fileOf.TryAdd(name, files[shard]))
                    {
                        throw Invalid($"{path}: tensor '{name}' is in another shard too");
                    }
                }
            }

            foreach ((string name, string shard) in fileOf)
            {
                if (!weights._fileOf.TryGetValue(name, out SafetensorsFile? file) || file != files[shard])
                {
                    throw Invalid($"{origin}: tensor '{name}' is not in its shard '{shard}'");
                }
            }

            return weights;
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    private static Dictionary<string, string> ReadIndex(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.GetProperty("weight_map").EnumerateObject().ToDictionary(
                entry => entry.Name, entry => entry.Value.GetString() ?? throw new JsonException($"'{entry.Name}' has no file"), StringComparer.Ordinal);
        }
        catch (Exception exception) when (
            exception is JsonException or IOException or UnauthorizedAccessException or InvalidOperationException or KeyNotFoundException or ArgumentException)
        {
            throw Invalid($"{path} is not an index of shards: {exception.Message}", exception);
        }
    }

    private SafetensorsFile FileOf(string name) => _fileOf.TryGetValue(name, out SafetensorsFile? file)
        ? file
        : throw Invalid($"{_origin} has no tensor '{name}'");

    private static RenderFarmException Invalid(string message, Exception? inner = null) => new(ErrorCodes.InvalidModel, message, inner);
}
