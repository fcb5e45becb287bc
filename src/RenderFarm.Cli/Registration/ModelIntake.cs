using RenderFarm.Cli.Watching;
using RenderFarm.Diffusion.Models;
using RenderFarm.Diffusion.Models.Registry;
using RenderFarm.Diffusion.Models.Wan;
using RenderFarm.Errors;
using RenderFarm.Models;

namespace RenderFarm.Cli.Registration;

/// <summary>Takes checked models into the registry: what <c>import</c> and <c>pull</c> have in common.</summary>
internal sealed class ModelIntake(ModelCatalogue models)
{
    private ModelRegistry Registry => models.Registry!;

    /// <summary>Checks a new model's name.</summary>
    /// <param name="given">What the user calls it; null to take the suggestion.</param>
    /// <param name="suggestion">Any text.</param>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidSpec"/> for a name that is not allowed, or the program's own model's.</exception>
    public string Name(string? given, string suggestion)
    {
        string name = given ?? ModelName.Near(suggestion)
            ?? throw new RenderFarmException(ErrorCodes.InvalidSpec, $"'{suggestion}' cannot be made a name: give one with --name");
        return !ModelName.IsValid(name) ? throw new RenderFarmException(ErrorCodes.InvalidSpec, $"name '{name}' is not allowed: {ModelName.Allowed}")
            : models.IsBundled(name) ? throw Taken(name, models.Folder(name))
            : name;
    }

    /// <summary>That a name stands for another model.</summary>
    public static RenderFarmException Taken(string name, string folder) =>
        new(ErrorCodes.InvalidSpec, $"name '{name}' is taken by the model in {folder}: give another with --name");

    /// <summary>Hashes a folder's files, or checks them against its own record, and registers it.</summary>
    /// <param name="folder">The model's folder, whole.</param>
    /// <param name="model">Its descriptor, with the name that it shall have.</param>
    /// <param name="registration">How it comes.</param>
    /// <param name="cancellationToken">Stops while files are read.</param>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/> for files that differ; <see cref="ErrorCodes.StorageFailed"/>.</exception>
    public CatalogueEntry Register(string folder, ModelDescriptor model, ModelRegistration registration, CancellationToken cancellationToken)
    {
        Registry.Add(model with { Files = Files(folder, model, cancellationToken) }, registration);
        return models.Locate(model.Name);
    }

    /// <summary>A folder's files as they are now, checked against its own record where it has one.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/> for files that differ.</exception>
    public IReadOnlyDictionary<string, string> Files(string folder, ModelDescriptor model, CancellationToken cancellationToken)
    {
        if (!ModelFolder.IsRecorded(folder))
        {
            return models.Hash(folder, isAfresh: false, cancellationToken);
        }

        models.VerifyFiles(folder, cancellationToken);
        return model.Files;
    }

    /// <summary>Tells of a model that is registered now.</summary>
    /// <param name="happening"><c>imported</c> or <c>pulled</c>.</param>
    /// <param name="entry">The model.</param>
    /// <param name="json">Whether for programs.</param>
    public static void Tell(string happening, CatalogueEntry entry, bool json)
    {
        var summary = ModelSummary.Of(entry);
        IReadOnlyList<string> notes = summary.Family == "wan" ? WanFolder.Notes(entry.Folder) : [];
        if (json)
        {
            Console.WriteLine(JsonJobView.Line(new { Event = happening, Model = summary, Notes = notes }));
            return;
        }

        string kept = entry.Origin == ModelOrigin.Imported ? "; nothing is copied" : "";
        Console.WriteLine($"{summary.Name} is {happening}: {Show.Size(summary.Bytes)} in {entry.Descriptor.Files.Count} files in {summary.Folder}{kept}");
        Console.WriteLine($"family {summary.Family}, {summary.Size} at {summary.Fps} fps, windows of {summary.WindowFrames} frames");
        foreach (string note in notes)
        {
            Console.WriteLine($"note: {note}");
        }

        Console.WriteLine($"use it with --model {summary.Name}");
    }
}
