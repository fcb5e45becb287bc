using System.CommandLine;
using System.Security.Cryptography;
using RenderFarm.Cli.Embedded;
using RenderFarm.Cli.Plans;
using RenderFarm.Cli.Watching;
using RenderFarm.Diffusion.Models;
using RenderFarm.Diffusion.Plans;
using RenderFarm.Errors;
using RenderFarm.Jobs;
using RenderFarm.Models;
using RenderFarm.Plans;
using RenderFarm.Storage;
using RenderFarm.Storyboards;

namespace RenderFarm.Cli.Commands;

internal static class PlanCommand
{
    public static Command Create()
    {
        var command = new Command("plan", "Says what a job would do: shots, windows, overlap, steps, tensor sizes, time. Touches no device.");
        var spec = new SpecOptions(command);
        var startImage = new StartImageOption(command);
        var farm = new FarmOptions(command);
        var compare = new Option<string?>("--compare")
        {
            Description = "A file of 'plan --json', or a job's id: says which of its windows this plan can re-use.",
        };
        command.Add(compare);
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, spec, startImage, farm, parsed.GetValue(compare), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        ParseResult parsed, SpecOptions options, StartImageOption startImage, FarmOptions farm, string? compare, CancellationToken cancellationToken)
    {
        ModelCatalogue models = farm.Models(parsed);
        JobSpec spec = options.Read(parsed, models);
        (spec, _) = await startImage.ReadAsync(parsed, spec, models.Locate(spec.Model).Descriptor, cancellationToken);
        RenderPlanner.Validate(spec, models.Locate(spec.Model).Descriptor);
        ModelDescriptor model = models.Find(spec.Model);
        RenderPlan? before = compare is null ? null : await BeforeAsync(parsed, farm, compare, cancellationToken);
        string home = farm.Read(parsed).Home;

        // A comparison means the same film unless it says otherwise; a seed that is drawn is shown, so that a job can have the same shots.
        spec = spec with { Seed = spec.Seed ?? before?.Seed ?? RandomNumberGenerator.GetInt32(int.MaxValue) };
        Storyboard storyboard = spec.Storyboard ?? await ExpandAsync(spec, models, home, cancellationToken);
        RenderPlan plan = RenderPlanner.Plan(spec, storyboard, model);
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

    private static async Task<Storyboard> ExpandAsync(JobSpec spec, ModelCatalogue models, string home, CancellationToken cancellationToken)
    {
        using var expansion = new LocalExpansion(models, home);
        return await expansion.Expander.ExpandAsync(ExpansionRequest.Of(spec), cancellationToken);
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
