using System.CommandLine;
using RenderFarm.Cli.Plans;
using RenderFarm.Cli.Watching;
using RenderFarm.Diffusion.Models;
using RenderFarm.Diffusion.Plans;
using RenderFarm.Errors;
using RenderFarm.Jobs;
using RenderFarm.Models;
using RenderFarm.Plans;
using RenderFarm.Rendering.PromptExpansion;
using RenderFarm.Storage;
using RenderFarm.Storyboards;

namespace RenderFarm.Cli.Commands;

internal static class PlanCommand
{
    public static Command Create()
    {
        var command = new Command("plan", "Says what a job would do: shots, windows, overlap, steps, tensor sizes, time. Touches no device.");
        var spec = new SpecOptions(command);
        var farm = new FarmOptions(command);
        var compare = new Option<string?>("--compare")
        {
            Description = "A file of 'plan --json', or a job's id: says which of its windows this plan can re-use.",
        };
        command.Add(compare);
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, spec, farm, parsed.GetValue(compare), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, SpecOptions options, FarmOptions farm, string? compare, CancellationToken cancellationToken)
    {
        ModelCatalogue models = farm.Models(parsed);
        JobSpec spec = options.Read(parsed, models);
        RenderPlanner.Validate(spec, models.Locate(spec.Model).Descriptor);
        ModelDescriptor model = models.Find(spec.Model);
        RenderPlan? before = compare is null ? null : await BeforeAsync(parsed, farm, compare, cancellationToken);
        Storyboard storyboard = spec.Storyboard ?? new PromptExpander(models).Expand(spec.Model, spec.Prompt!);

        // The seed decides no more of a plan than itself; a comparison means the same film unless it says otherwise.
        RenderPlan plan = RenderPlanner.Plan(spec with { Seed = spec.Seed ?? before?.Seed ?? 0 }, storyboard, model);
        string home = farm.Read(parsed).Home;
        DeviceRate rate = await DeviceRate.ReadAsync(Directory.Exists(home) ? new FolderArtifactStore(home) : null, model.Name, cancellationToken);
        var document = new PlanDocument
        {
            Storyboard = storyboard,
            Plan = plan,
            EstimatedSeconds = rate.Estimate(plan, model)?.TotalSeconds,
            ReusableWindows = before is null ? null : PlanDifference.ReusableWindows(before, plan),
        };
        if (farm.Json(parsed))
        {
            Console.WriteLine(JsonJobView.Line(document));
        }
        else
        {
            PlanView.Write(Terminal.Console, document, model, rate);
        }

        return ExitCode.Done;
    }

    private static async Task<RenderPlan> BeforeAsync(ParseResult parsed, FarmOptions farm, string compare, CancellationToken cancellationToken)
    {
        if (File.Exists(compare))
        {
            return PlanDocument.Read(compare).Plan;
        }

        await using FarmSession session = await FarmSession.OpenAsync(farm.Read(parsed), cancellationToken);
        JobProgress job = await session.Job(compare).GetProgress();
        return job.Plan ?? throw new RenderFarmException(ErrorCodes.InvalidSpec, $"compare '{compare}' is a job that has no plan yet");
    }
}
