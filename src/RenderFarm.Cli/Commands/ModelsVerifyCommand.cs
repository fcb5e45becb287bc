using System.CommandLine;
using RenderFarm.Cli.Watching;
using RenderFarm.Diffusion.Models;
using RenderFarm.Diffusion.Models.Registry;
using RenderFarm.Errors;

namespace RenderFarm.Cli.Commands;

internal static class ModelsVerifyCommand
{
    public static Command Create()
    {
        var command = new Command("verify", "Reads every file of a model and compares its SHA-256 with the record.");
        var model = new Argument<string>("model") { Description = "A model's name, or a folder with a model in it." };
        command.Add(model);
        var farm = new FarmOptions(command);
        command.SetAction((parsed, cancellationToken) =>
            Task.Run(() => Run(farm.Models(parsed), parsed.GetValue(model)!, farm.Json(parsed), cancellationToken), cancellationToken));
        return command;
    }

    private static int Run(ModelCatalogue models, string given, bool json, CancellationToken cancellationToken)
    {
        string name = models.Resolve(given);
        CatalogueEntry entry = models.Locate(name);
        if (!entry.IsRecorded)
        {
            // Locating it has checked its layout, its configurations and every tensor's name and shape.
            Console.WriteLine(json
                ? JsonJobView.Line(new { Event = "inspected", Model = name })
                : $"{name}: layout, configurations and tensors are as they should be; there is no record of its files, which 'renderfarm models import' makes");
            return ExitCode.Done;
        }

        List<string> faults = [];
        foreach (FileCheck check in models.CheckFiles(name, isAfresh: true, cancellationToken))
        {
            if (json)
            {
                Console.WriteLine(JsonJobView.Line(new { Event = "file", check.File, Same = check.Fault is null, Error = check.Fault }));
            }

            if (check.Fault is { } fault)
            {
                faults.Add(fault);
            }
        }

        if (faults.Count > 0)
        {
            throw new RenderFarmException(ErrorCodes.InvalidModel, string.Join("; ", faults));
        }

        Console.WriteLine(json
            ? JsonJobView.Line(new { Event = "verified", Model = name, Files = entry.Descriptor.Files.Count })
            : $"{name}: all {entry.Descriptor.Files.Count} files are as recorded");
        return ExitCode.Done;
    }
}
