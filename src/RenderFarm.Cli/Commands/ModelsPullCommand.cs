using System.CommandLine;
using RenderFarm.Cli.Hub;
using RenderFarm.Cli.Registration;
using RenderFarm.Cli.Watching;
using RenderFarm.Diffusion.Models;
using RenderFarm.Diffusion.Models.Registry;
using RenderFarm.Errors;
using RenderFarm.Models;
using RenderFarm.Storage;

namespace RenderFarm.Cli.Commands;

internal static class ModelsPullCommand
{
    public static Command Create()
    {
        var command = new Command("pull", "Fetches a model from a hub into the farm's home. Stopped at any time, the same command goes on.");
        var repository = new Argument<string>("repo") { Description = "The repository: OWNER/NAME." };
        var revision = new Option<string>("--revision") { Description = "A branch, a tag or a commit.", DefaultValueFactory = _ => "main" };
        var root = new Option<string?>("--base-url") { Description = "The hub; default $RENDERFARM_HUB. A token is taken from $RENDERFARM_HUB_TOKEN." };
        Option<string?> name = ModelsImportCommand.NameOption("the repository's");
        Option<bool> accept = ModelsImportCommand.AcceptOption();
        command.Add(repository);
        foreach (Option option in (Option[])[revision, root, name, accept])
        {
            command.Add(option);
        }

        var farm = new FarmOptions(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            farm.Models(parsed),
            HubAddress.Of(parsed.GetValue(root) ?? Variable("RENDERFARM_HUB"), parsed.GetValue(repository)!, parsed.GetValue(revision)!),
            parsed.GetValue(name),
            new LicenceQuestion(parsed.GetValue(accept), farm.Json(parsed)),
            farm.Json(parsed),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        ModelCatalogue models, HubAddress address, string? given, LicenceQuestion question, bool json, CancellationToken cancellationToken)
    {
        var intake = new ModelIntake(models);
        string name = intake.Name(given, address.Repository.Split('/')[^1]);
        ModelRegistry registry = models.Registry!;
        using IDisposable taken = registry.Lock(name);
        if (registry.Names().Contains(name))
        {
            RegisteredModel before = registry.Find(name);
            if (before.Registration.Source != address.Source)
            {
                throw ModelIntake.Taken(name, before.Folder);
            }

            Console.WriteLine(json
                ? JsonJobView.Line(new { Event = "unchanged", Model = ModelSummary.Of(models.Locate(name)) })
                : $"{name} is pulled from {address.Source} already; 'renderfarm models verify {name}' checks its files");
            return ExitCode.Done;
        }

        try
        {
            await PullAsync(models, intake, address, name, question, json, cancellationToken);
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Fault.Write("interrupted", "interrupted; what is there is kept, and the same command goes on", json);
            return ExitCode.Interrupted;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RenderFarmException(
                DiskSpace.IsExhausted(exception) ? ErrorCodes.StorageFull : ErrorCodes.StorageFailed,
                $"{registry.FolderOf(name)} cannot be written: {exception.Message}",
                exception);
        }
    }

    private static async Task PullAsync(
        ModelCatalogue models,
        ModelIntake intake,
        HubAddress address,
        string name,
        LicenceQuestion question,
        bool json,
        CancellationToken cancellationToken)
    {
        ModelRegistry registry = models.Registry!;
        string folder = registry.FolderOf(name);
        PullState? before = PullState.Read(folder);
        if (Directory.Exists(folder) && before?.Source != address.Source)
        {
            throw new RenderFarmException(
                ErrorCodes.InvalidSpec,
                $"{folder} has an unfinished pull from {before?.Source ?? "elsewhere"}: 'renderfarm models remove {name}' deletes it, or give another --name");
        }

        var options = new HubOptions();
        using var client = new HubClient(address, Variable("RENDERFARM_HUB_TOKEN"), options);
        var pull = new ModelPull(address, folder, client, options, new FileHashes(registry.HashMemory));
        await pull.ListAsync(cancellationToken);
        Directory.CreateDirectory(folder);
        PullState state = before ?? new PullState(address.Source);
        state.Write(folder);
        ModelLicence licence = await pull.FetchLicenceAsync(cancellationToken);
        if (state.Licence != licence.Name)
        {
            try
            {
                state = state with { Licence = licence.Name, LicenceAcceptedAt = await question.AskAsync(licence, cancellationToken) };
            }
            catch (RenderFarmException) when (before is null)
            {
                // A model that is not wanted leaves nothing behind.
                registry.Remove(name);
                throw;
            }

            state.Write(folder);
        }

        await PullView.ShowAsync(address.Source, json, progress => pull.FetchAsync(progress, cancellationToken));
        ModelDescriptor model = ModelFolder.Read(folder) with { Name = name, Licence = licence.Name };
        var registration = new ModelRegistration { Source = address.Source, RegisteredAt = DateTimeOffset.UtcNow, LicenceAcceptedAt = state.LicenceAcceptedAt };
        CatalogueEntry entry = intake.Register(folder, model, registration, cancellationToken);
        ClearUp(folder);
        ModelIntake.Tell("pulled", entry, json);
    }

    /// <summary>What only an unfinished pull needs, parts of an older revision's files among it.</summary>
    private static void ClearUp(string folder)
    {
        File.Delete(PullState.PathOf(folder));
        foreach (string part in Directory.EnumerateFiles(folder, $"*{HubDownload.PartSuffix}", SearchOption.AllDirectories))
        {
            File.Delete(part);
        }
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
