using System.CommandLine;
using System.Security.Cryptography;
using RenderFarm.Cli.Embedded;
using RenderFarm.Cli.Output;
using RenderFarm.Cli.Watching;
using RenderFarm.Diffusion.Models;
using RenderFarm.Diffusion.Plans;
using RenderFarm.Jobs;
using RenderFarm.Media.Films;
using RenderFarm.Models;
using RenderFarm.Storage;

namespace RenderFarm.Cli.Commands;

internal static class RenderCommand
{
    public static Command Create()
    {
        var command = new Command("render", "Makes a film of a sentence on this machine and waits for it.");
        var spec = new SpecOptions(command);
        var startImage = new StartImageOption(command);
        var output = new Option<string>("--output", "-o") { Description = "The film, an MP4; one that is there is replaced.", DefaultValueFactory = _ => "film.mp4" };
        command.Add(output);
        var farm = new FarmOptions(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, spec, startImage, farm, parsed.GetValue(output)!, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        ParseResult parsed, SpecOptions options, StartImageOption startImage, FarmOptions farm, string output, CancellationToken cancellationToken)
    {
        // All that can be wrong is found before a silo starts.
        ModelCatalogue models = farm.Models(parsed);
        JobSpec spec = options.Read(parsed, models);
        ModelDescriptor model = models.Locate(spec.Model).Descriptor;
        (spec, byte[]? pixels) = await startImage.ReadAsync(parsed, spec, model, cancellationToken);
        RenderPlanner.Validate(spec, model);
        using (var expansion = new LocalExpansion(models, farm.Read(parsed).Home))
        {
            expansion.Expander.Choose(model, spec.Expansion);
        }

        output = FilmPath.Require(output);
        Ffmpeg.EnsureAvailable();
        models.VerifyFiles(spec.Model, cancellationToken);

        await using FarmSession session = await FarmSession.OpenAsync(farm.Read(parsed, isShared: true), cancellationToken);
        if (pixels is not null)
        {
            await StartImages.PutAsync(session.Artifacts, pixels, cancellationToken);
        }

        string jobId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5));
        await new FilmDelivery(session.Artifacts, jobId).RememberAsync(output, cancellationToken);
        await session.Job(jobId).Submit(spec);
        if (farm.Json(parsed))
        {
            Console.WriteLine(JsonJobView.Line(new { Event = "submitted", JobId = jobId }));
        }
        else
        {
            Console.WriteLine($"job {jobId}");
        }

        return await new JobRun(session, jobId, models, farm.Json(parsed)).FollowAsync(output, cancellationToken);
    }
}
