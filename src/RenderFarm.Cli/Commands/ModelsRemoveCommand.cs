using System.CommandLine;
using RenderFarm.Cli.Embedded;
using RenderFarm.Cli.Registration;
using RenderFarm.Cli.Watching;
using RenderFarm.Diffusion.Models;
using RenderFarm.Diffusion.Models.Registry;
using RenderFarm.Errors;
using RenderFarm.Jobs;
using RenderFarm.Queue;

namespace RenderFarm.Cli.Commands;

internal static class ModelsRemoveCommand
{
    public static Command Create()
    {
        var command = new Command("remove", "Forgets an imported model, whose files stay; deletes a pulled one with its files.");
        var model = new Argument<string>("model") { Description = "The model's name." };
        var yes = new Option<bool>("--yes") { Description = "Delete a pulled model's files without being asked." };
        command.Add(model);
        command.Add(yes);
        var farm = new FarmOptions(command);
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(farm.Models(parsed), farm.Read(parsed), parsed.GetValue(model)!, parsed.GetValue(yes), farm.Json(parsed), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        ModelCatalogue models, EmbeddedFarmOptions farm, string name, bool isSure, bool json, CancellationToken cancellationToken)
    {
        ModelRegistry registry = models.Registry!;
        if (models.IsBundled(name))
        {
            throw new RenderFarmException(ErrorCodes.InvalidSpec, $"model '{name}' is not registered but in {farm.ModelsFolder}: it cannot be removed");
        }

        bool isUnfinished = registry.Unfinished().Contains(name);
        if (!isUnfinished && !registry.Names().Contains(name))
        {
            models.Locate(name);
        }

        using IDisposable taken = registry.Lock(name);
        bool isImported = !isUnfinished && IsImported(registry, name);
        if (!isUnfinished)
        {
            await RequireUnusedAsync(farm, name, cancellationToken);
        }

        if (!isImported && !isSure && !await IsToDeleteAsync(registry.FolderOf(name), json, cancellationToken))
        {
            throw new RenderFarmException(ErrorCodes.InvalidSpec, $"model '{name}' is kept");
        }

        registry.Remove(name);
        Console.WriteLine(json
            ? JsonJobView.Line(new { Event = "removed", Model = name, FilesDeleted = !isImported })
            : $"{name} is removed{(isImported ? "; its files stay where they are" : " and its files are deleted")}");
        return ExitCode.Done;
    }

    private static bool IsImported(ModelRegistry registry, string name)
    {
        try
        {
            return registry.Find(name).Registration.Folder is not null;
        }
        catch (RenderFarmException)
        {
            // Its record is broken: only its own folder can go, and only after a question.
            return false;
        }
    }

    private static async Task<bool> IsToDeleteAsync(string folder, bool json, CancellationToken cancellationToken)
    {
        long bytes = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        if (json || Console.IsInputRedirected)
        {
            throw new RenderFarmException(ErrorCodes.InvalidSpec, $"{Show.Size(bytes)} in {folder} would be deleted: give --yes");
        }

        Console.Write($"Delete {Show.Size(bytes)} in {folder}? [y/N] ");
        return await LicenceQuestion.AnswerAsync(cancellationToken);
    }

    /// <summary>A job that is not finished would lose the model that it began with.</summary>
    private static async Task RequireUnusedAsync(EmbeddedFarmOptions farm, string name, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(Path.Combine(farm.Home, "state")))
        {
            return;
        }

        await using FarmSession session = await FarmSession.OpenAsync(farm, cancellationToken);
        IReadOnlyList<JobSummary> jobs = await session.Grains.GetGrain<IDispatcherGrain>(Pools.Default).List();
        if (jobs.FirstOrDefault(job => job.Model == name && !job.State.IsTerminal()) is { } job)
        {
            throw new RenderFarmException(
                ErrorCodes.JobConflict, $"model '{name}' is in use by job {job.JobId}, which is {job.State.ToString().ToLowerInvariant()}; 'renderfarm cancel {job.JobId}' ends it");
        }
    }
}
