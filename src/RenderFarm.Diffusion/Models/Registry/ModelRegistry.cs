using System.Text.Json;
using System.Text.Json.Nodes;
using RenderFarm.Errors;
using RenderFarm.Models;

namespace RenderFarm.Diffusion.Models.Registry;

/// <summary>
/// The models that a user registered: <c>models/NAME/model.json</c> in the farm's home, a descriptor with its registration. Weights that
/// were imported stay where they are, those that were pulled lie beside it.
/// </summary>
public sealed class ModelRegistry(string home)
{
    private const string Section = "registration";

    /// <summary>The folder of the models' folders.</summary>
    public string Root { get; } = Path.Combine(home, "models");

    /// <summary>What remembers the checksums of big files: <see cref="FileHashes"/>.</summary>
    public string HashMemory => Path.Combine(Root, ".hashes.json");

    /// <summary>Names of the registered models, in order.</summary>
    public IReadOnlyList<string> Names() => [.. FolderNames().Where(name => File.Exists(FileOf(name)))];

    /// <summary>Names of folders without a model yet: pulls that are not finished.</summary>
    public IReadOnlyList<string> Unfinished() => [.. FolderNames().Where(name => !File.Exists(FileOf(name)))];

    /// <summary>A model's own folder in the registry.</summary>
    /// <param name="name">A valid name.</param>
    public string FolderOf(string name) => ModelName.IsValid(name)
        ? Path.Combine(Root, name)
        : throw new RenderFarmException(ErrorCodes.InvalidSpec, $"name '{name}' is not allowed: {ModelName.Allowed}");

    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/> when it is not there or cannot be read.</exception>
    public RegisteredModel Find(string name)
    {
        string path = FileOf(name);
        ModelDescriptor model = ModelFile.Read(path);
        ModelRegistration registration = ReadRegistration(path);
        return model.Name == name
            ? new RegisteredModel(model, registration, registration.Folder ?? FolderOf(name))
            : throw new RenderFarmException(ErrorCodes.InvalidModel, $"{path} is not a model: its name is '{model.Name}', its folder's '{name}'");
    }

    /// <summary>Writes a model's file, whole or not at all.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.StorageFailed"/>.</exception>
    public void Add(ModelDescriptor model, ModelRegistration registration)
    {
        JsonObject json = JsonSerializer.SerializeToNode(model, ModelFile.Json)!.AsObject();
        json.Add(Section, JsonSerializer.SerializeToNode(registration, ModelFile.Json));
        string path = FileOf(model.Name);
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        Guard(path, () =>
        {
            Directory.CreateDirectory(FolderOf(model.Name));
            try
            {
                File.WriteAllText(temporary, json.ToJsonString(ModelFile.Json) + "\n");
                File.Move(temporary, path, overwrite: true);
            }
            finally
            {
                File.Delete(temporary);
            }
        });
    }

    /// <summary>Deletes a model's own folder: its registration, and its files where they were pulled.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.StorageFailed"/>.</exception>
    public void Remove(string name) => Guard(FolderOf(name), () =>
    {
        // The file first: what is half deleted must not be a model.
        File.Delete(FileOf(name));
        Directory.Delete(FolderOf(name), recursive: true);
    });

    /// <summary>Keeps other processes from changing a model of that name until it is disposed.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.ModelBusy"/> when one does; <see cref="ErrorCodes.StorageFailed"/>.</exception>
    public IDisposable Lock(string name)
    {
        // Outside the model's folder, which may be removed under it; left behind, since who deletes a lock may break another's.
        string path = Path.Combine(Root, $".{Path.GetFileName(FolderOf(name))}.lock");
        try
        {
            Directory.CreateDirectory(Root);
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (File.Exists(path))
        {
            throw new RenderFarmException(ErrorCodes.ModelBusy, $"another process works on model '{name}'; wait for its end", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(path, exception);
        }
    }

    private static ModelRegistration ReadRegistration(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(path))?[Section]?.Deserialize<ModelRegistration>(ModelFile.Json)
                ?? throw new JsonException($"it has no {Section}");
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            throw new RenderFarmException(ErrorCodes.InvalidModel, $"{path} is not a registered model: {exception.Message}", exception);
        }
    }

    private static void Guard(string path, Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(path, exception);
        }
    }

    private static RenderFarmException Unwritable(string path, Exception exception) =>
        new(ErrorCodes.StorageFailed, $"{path} cannot be written: {exception.Message}", exception);

    private IEnumerable<string> FolderNames() => Directory.Exists(Root)
        ? Directory.EnumerateDirectories(Root).Select(folder => Path.GetFileName(folder)).Where(ModelName.IsValid).Order(StringComparer.Ordinal)
        : [];

    private string FileOf(string name) => Path.Combine(FolderOf(name), ModelFile.Name);
}
