using System.CommandLine;
using RenderFarm.Cli.Hub;
using RenderFarm.Cli.Registration;
using RenderFarm.Cli.Watching;
using RenderFarm.Diffusion.Models;
using RenderFarm.Errors;
using Spectre.Console;

namespace RenderFarm.Cli.Commands;

internal static class ModelsListCommand
{
    public static Command Create()
    {
        var command = new Command("list", "Lists the models that 'render' can use.");
        var farm = new FarmOptions(command);
        command.SetAction(parsed => Run(farm.Models(parsed), farm.Json(parsed)));
        return command;
    }

    private static int Run(ModelCatalogue models, bool json)
    {
        List<ModelSummary> summaries = [];
        List<(string Name, string Fault)> faults = [];
        foreach (string name in models.Names())
        {
            try
            {
                summaries.Add(ModelSummary.Of(models.Locate(name)));
            }
            catch (RenderFarmException exception)
            {
                // The others are listed all the same.
                faults.Add((name, exception.Message));
            }
        }

        foreach (string name in models.Registry!.Unfinished())
        {
            string source = PullState.Read(models.Registry.FolderOf(name))?.Source ?? "?";
            faults.Add((name, $"its pull from {source} is not finished: 'renderfarm models pull' goes on, 'renderfarm models remove {name}' deletes it"));
        }

        if (json)
        {
            summaries.ForEach(summary => Console.WriteLine(JsonJobView.Line(summary)));
            faults.ForEach(fault => Console.WriteLine(JsonJobView.Line(new { fault.Name, Error = fault.Fault })));
        }
        else
        {
            Write(summaries);
            faults.ForEach(fault => Console.WriteLine($"{fault.Name} cannot be used: {fault.Fault}"));
        }

        return ExitCode.Done;
    }

    private static void Write(List<ModelSummary> models)
    {
        if (models.Count == 0)
        {
            Console.WriteLine("no models yet: 'renderfarm models import DIR' registers a folder, 'renderfarm models pull REPO' fetches one");
            return;
        }

        var table = new Table { Border = TableBorder.Simple };
        foreach (string column in (string[])["model", "family", "licence", "on disk", "size", "fps", "window", "where"])
        {
            table.AddColumn(new TableColumn(column).NoWrap());
        }

        foreach (ModelSummary model in models)
        {
            table.AddRow([.. ((string[])
            [
                model.Name, model.Family, model.Licence, Show.Size(model.Bytes), model.Size.ToString(), $"{model.Fps}", $"{model.WindowFrames} frames",
                $"{model.Origin.ToString().ToLowerInvariant()}, {model.Folder}",
            ]).Select(Markup.Escape)]);
        }

        Terminal.Console.Write(table);
    }
}
