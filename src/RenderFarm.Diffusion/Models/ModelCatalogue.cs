using System.Security.Cryptography;
using RenderFarm.Errors;
using RenderFarm.Models;

namespace RenderFarm.Diffusion.Models;

/// <summary>The models in the folders below a root, each with its <c>model.json</c>.</summary>
public sealed class ModelCatalogue(string root)
{
    /// <summary>All models, by name.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/> when one cannot be read.</exception>
    public IReadOnlyList<ModelDescriptor> List() => [.. Names().Select(Find)];

    /// <exception cref="RenderFarmException">
    /// <see cref="ErrorCodes.UnknownModel"/>, naming those that there are; <see cref="ErrorCodes.InvalidModel"/> when it cannot be read.
    /// </exception>
    public ModelDescriptor Find(string name)
    {
        string path = Path.Combine(Folder(name), ModelFile.Name);
        ModelDescriptor model = ModelFile.Read(path);
        return model.Name == name
            ? model
            : throw new RenderFarmException(ErrorCodes.InvalidModel, $"{path} is not a model: its name is '{model.Name}', its folder's '{name}'");
    }

    /// <summary>The folder of a model that exists.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.UnknownModel"/>.</exception>
    public string Folder(string name)
    {
        // Only names that are listed are ever made a path of: a name comes from outside.
        string[] names = [.. Names()];
        return names.Contains(name, StringComparer.Ordinal)
            ? Path.Combine(root, name)
            : throw new RenderFarmException(
                ErrorCodes.UnknownModel,
                $"model '{name}' is not known: {(names.Length == 0 ? $"there are none in {root}" : $"there is {string.Join(", ", names)}")}");
    }

    /// <summary>Checks every weights file against its SHA-256.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/>, naming the file; or as <see cref="Find"/>.</exception>
    public void VerifyFiles(string name)
    {
        ModelDescriptor model = Find(name);
        foreach ((string file, string expected) in model.Files)
        {
            string path = Path.Combine(Folder(name), file);
            if (Path.IsPathRooted(file) || file.Split('/', '\\').Contains(".."))
            {
                throw new RenderFarmException(ErrorCodes.InvalidModel, $"model {name} lists the file '{file}' outside its folder");
            }

            try
            {
                using FileStream stream = File.OpenRead(path);
                string actual = Convert.ToHexStringLower(SHA256.HashData(stream));
                if (actual != expected)
                {
                    throw new RenderFarmException(
                        ErrorCodes.InvalidModel, $"{path} is damaged or truncated: its SHA-256 is {actual}, not {expected}");
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new RenderFarmException(ErrorCodes.InvalidModel, $"{path} cannot be read: {exception.Message}", exception);
            }
        }
    }

    private IEnumerable<string> Names() => Directory.Exists(root)
        ? Directory.EnumerateDirectories(root)
            .Where(folder => File.Exists(Path.Combine(folder, ModelFile.Name)))
            .Select(folder => Path.GetFileName(folder))
            .Order(StringComparer.Ordinal)
        : [];
}
