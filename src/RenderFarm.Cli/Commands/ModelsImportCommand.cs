using System.CommandLine;
using RenderFarm.Cli.Registration;
using RenderFarm.Cli.Watching;
using RenderFarm.Diffusion.Models;
using RenderFarm.Diffusion.Models.Registry;
using RenderFarm.Errors;
using RenderFarm.Models;

namespace RenderFarm.Cli.Commands;

internal static class ModelsImportCommand
{
    public static Command Create()
    {
        var command = new Command("import", "Checks a model's folder and registers it under a name, without copying.");
        var folder = new Argument<string>("folder") { Description = "A folder in Diffusers' layout, or with a model.json." };
        Option<string?> name = NameOption("the folder's");
        Option<bool> accept = AcceptOption();
        command.Add(folder);
        command.Add(name);
        command.Add(accept);
        var farm = new FarmOptions(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            farm.Models(parsed),
            Path.TrimEndingDirectorySeparator(Path.GetFullPath(parsed.GetValue(folder)!)),
            parsed.GetValue(name),
            new LicenceQuestion(parsed.GetValue(accept), farm.Json(parsed)),
            farm.Json(parsed),
            cancellationToken));
        return command;
    }

    public static Option<string?> NameOption(string usual) => new("--name") { Description = $"The name to register it under; default near to {usual}." };

    public static Option<bool> AcceptOption() => new("--accept-licence") { Description = "Accept the model's licence without being asked." };

    private static async Task<int> RunAsync(
        ModelCatalogue models, string folder, string? given, LicenceQuestion question, bool json, CancellationToken cancellationToken)
    {
        ModelDescriptor model = ModelFolder.Read(folder);
        var intake = new ModelIntake(models);
        string name = intake.Name(given ?? KnownAs(models, folder), model.Name);
        using IDisposable taken = models.Registry!.Lock(name);
        RegisteredModel? before = models.Registry.Names().Contains(name) ? models.Registry.Find(name) : null;
        if (before is not null && before.Folder != folder)
        {
            throw ModelIntake.Taken(name, before.Folder);
        }

        if (before is not null && Equal(before.Descriptor.Files, intake.Files(folder, model, cancellationToken)))
        {
            Console.WriteLine(json
                ? JsonJobView.Line(new { Event = "unchanged", Model = ModelSummary.Of(models.Locate(name)) })
                : $"{name} is registered already, with these very files in {folder}");
            return ExitCode.Done;
        }

        var licence = ModelLicence.Read(folder, ModelFolder.IsRecorded(folder) ? model : null);
        DateTimeOffset? accepted = before is { Registration.LicenceAcceptedAt: { } once } && before.Descriptor.Licence == licence.Name
            ? once
            : await question.AskAsync(licence, cancellationToken);
        var registration = new ModelRegistration { Folder = folder, RegisteredAt = DateTimeOffset.UtcNow, LicenceAcceptedAt = accepted };
        ModelIntake.Tell("imported", intake.Register(folder, model with { Name = name, Licence = licence.Name }, registration, cancellationToken), json);
        return ExitCode.Done;
    }

    /// <summary>The name that a folder is registered under already; null for a new one.</summary>
    private static string? KnownAs(ModelCatalogue models, string folder)
    {
        return models.Registry!.Names().FirstOrDefault(IsOfFolder);

        bool IsOfFolder(string name)
        {
            try
            {
                return models.Registry.Find(name).Registration.Folder == folder;
            }
            catch (RenderFarmException)
            {
                // Another model's broken record is no matter of this one.
                return false;
            }
        }
    }

    private static bool Equal(IReadOnlyDictionary<string, string> left, IReadOnlyDictionary<string, string> right) =>
        left.Count == right.Count && left.All(file => right.GetValueOrDefault(file.Key) == file.Value);
}
