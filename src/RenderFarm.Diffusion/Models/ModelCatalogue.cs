using RenderFarm.Diffusion.Models.Registry;
using RenderFarm.Errors;
using RenderFarm.Models;

namespace RenderFarm.Diffusion.Models;

/// <summary>
/// The models that can be used, by name: those in the folders below a root, each with its <c>model.json</c>; those in the registry of a
/// farm's home; and any folder that is named by its whole path.
/// </summary>
public sealed class ModelCatalogue
{
    private readonly string _root;
    private readonly FileHashes _hashes;

    /// <param name="root">The folder of model folders; its names go before the registry's.</param>
    /// <param name="home">
    /// The home of a user's own farm. Without one there is no registry, and no path is a model's name: names may come from anyone.
    /// </param>
    /// <param name="progress">Told as files are read for their checksums.</param>
    public ModelCatalogue(string root, string? home = null, IProgress<HashProgress>? progress = null)
    {
        _root = root;
        Registry = home is null ? null : new ModelRegistry(home);
        _hashes = new FileHashes(Registry?.HashMemory, progress);
    }

    /// <summary>The models that the user registered; null without a home.</summary>
    public ModelRegistry? Registry { get; }

    /// <summary>All names, the root's and then the registry's.</summary>
    public IReadOnlyList<string> Names() => [.. BundledNames().Union(Registry?.Names() ?? [], StringComparer.Ordinal)];

    /// <summary>Whether a name is of a model in the root.</summary>
    public bool IsBundled(string name) => BundledNames().Contains(name, StringComparer.Ordinal);

    /// <summary>All models, by name.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/> when one cannot be read.</exception>
    public IReadOnlyList<ModelDescriptor> List() => [.. Names().Select(Find)];

    /// <summary>The name that a user's words mean: a model's own, or else the whole path of a folder.</summary>
    /// <param name="given">A name or a path, from the current folder on.</param>
    public string Resolve(string given) =>
        given.Length == 0 || Names().Contains(given, StringComparer.Ordinal) || !(given.Contains(Path.DirectorySeparatorChar) || Directory.Exists(given))
            ? given
            : Path.TrimEndingDirectorySeparator(Path.GetFullPath(given));

    /// <summary>A model with the checksum of each file. The first use of a folder without a record of them reads it whole.</summary>
    /// <exception cref="RenderFarmException">As <see cref="Locate"/>; <see cref="ErrorCodes.InvalidModel"/> when a file cannot be read.</exception>
    public ModelDescriptor Find(string name)
    {
        CatalogueEntry entry = Locate(name);
        return entry.IsRecorded ? entry.Descriptor : entry.Descriptor with { Files = Hash(entry.Folder) };
    }

    /// <summary>A model, without reading its weights.</summary>
    /// <param name="name">A model's name, or a folder's whole path, which then is the model's name.</param>
    /// <exception cref="RenderFarmException">
    /// <see cref="ErrorCodes.UnknownModel"/>, naming those that there are; <see cref="ErrorCodes.InvalidModel"/> when it cannot be read.
    /// </exception>
    public CatalogueEntry Locate(string name)
    {
        if (Registry is not null && Path.IsPathFullyQualified(name))
        {
            return new CatalogueEntry(ModelFolder.Read(name) with { Name = name }, name, ModelOrigin.Folder, ModelFolder.IsRecorded(name));
        }

        // Only names that are listed are ever made a path of: a name comes from outside.
        if (IsBundled(name))
        {
            string folder = Path.Combine(_root, name);
            string path = Path.Combine(folder, ModelFile.Name);
            ModelDescriptor model = ModelFile.Read(path);
            return model.Name == name
                ? new CatalogueEntry(model, folder, ModelOrigin.Bundled)
                : throw Invalid($"{path} is not a model: its name is '{model.Name}', its folder's '{name}'");
        }

        if (Registry is not null && Registry.Names().Contains(name, StringComparer.Ordinal))
        {
            RegisteredModel model = Registry.Find(name);
            return new CatalogueEntry(
                model.Descriptor, model.Folder, model.Registration.Folder is null ? ModelOrigin.Pulled : ModelOrigin.Imported);
        }

        IReadOnlyList<string> names = Names();
        throw new RenderFarmException(
            ErrorCodes.UnknownModel,
            $"model '{name}' is not known: {(names.Count == 0 ? $"there are none in {_root}" : $"there is {string.Join(", ", names)}")}");
    }

    /// <summary>The folder of a model that exists.</summary>
    /// <exception cref="RenderFarmException">As <see cref="Locate"/>.</exception>
    public string Folder(string name) => Locate(name).Folder;

    /// <summary>Checks every file against its SHA-256; a big file that was not written since it was last read is taken to be the same.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/>, naming the first that differs; or as <see cref="Find"/>.</exception>
    public void VerifyFiles(string name, CancellationToken cancellationToken = default)
    {
        if (CheckFiles(name, isAfresh: false, cancellationToken).FirstOrDefault(check => check.Fault is not null) is { Fault: { } fault })
        {
            throw Invalid(fault);
        }
    }

    /// <summary>Checks file after file against its SHA-256.</summary>
    /// <param name="name">The model.</param>
    /// <param name="isAfresh">Whether to read every file whole, whatever is remembered of it.</param>
    /// <param name="cancellationToken">Stops within a file.</param>
    /// <exception cref="RenderFarmException">As <see cref="Find"/>.</exception>
    public IEnumerable<FileCheck> CheckFiles(string name, bool isAfresh, CancellationToken cancellationToken = default)
    {
        CatalogueEntry entry = Locate(name);
        if (!entry.IsRecorded)
        {
            // What its files are now is all that there is to check them by.
            return Hash(entry.Folder, isAfresh, cancellationToken).Keys.Select(file => new FileCheck(file, Fault: null));
        }

        return entry.Descriptor.Files.Select(file => new FileCheck(file.Key, Fault(name, entry.Folder, file.Key, file.Value, isAfresh, cancellationToken)));
    }

    /// <summary>The checksums of a Diffusers folder's files.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/> when one cannot be read.</exception>
    public IReadOnlyDictionary<string, string> Hash(string folder, bool isAfresh = false, CancellationToken cancellationToken = default)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string file in PipelineFiles.Of(folder))
        {
            string path = Path.Combine(folder, file);
            try
            {
                files.Add(file, _hashes.Of(path, isAfresh, cancellationToken));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw Invalid($"{path} cannot be read: {exception.Message}", exception);
            }
        }

        return files;
    }

    private string? Fault(string name, string folder, string file, string expected, bool isAfresh, CancellationToken cancellationToken)
    {
        if (Path.IsPathRooted(file) || file.Split('/', '\\').Contains(".."))
        {
            return $"model {name} lists the file '{file}' outside its folder";
        }

        string path = Path.Combine(folder, file);
        try
        {
            string actual = _hashes.Of(path, isAfresh, cancellationToken);
            return actual == expected ? null : $"{path} is damaged or truncated: its SHA-256 is {actual}, not {expected}";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"{path} cannot be read: {exception.Message}";
        }
    }

    /// <summary>A user may have named the registry as the root: its models are the registry's all the same.</summary>
    private IEnumerable<string> BundledNames() => Directory.Exists(_root) && _root != Registry?.Root
        ? Directory.EnumerateDirectories(_root)
            .Where(folder => File.Exists(Path.Combine(folder, ModelFile.Name)))
            .Select(folder => Path.GetFileName(folder))
            .Order(StringComparer.Ordinal)
        : [];

    private static RenderFarmException Invalid(string message, Exception? inner = null) => new(ErrorCodes.InvalidModel, message, inner);
}
