using System.Diagnostics;
using RenderFarm.Diffusion.Models;
using RenderFarm.Errors;
using RenderFarm.Models;
using RenderFarm.Training.Evaluation.Adherence;
using RenderFarm.Training.Evaluation.Films;
using RenderFarm.Training.Evaluation.GivenFrames;
using RenderFarm.Training.Evaluation.Permanence;
using RenderFarm.Training.Evaluation.Physics;
using RenderFarm.Training.Evaluation.Reconstruction;
using static TorchSharp.torch;

namespace RenderFarm.Training.Evaluation;

/// <summary>Measures a model of the pocket family in the world whose truth is known, and keeps the figures in <c>eval.json</c>.</summary>
public static class ModelEvaluation
{
    private static readonly IPartEvaluation[] All =
    [
        new ReconstructionEvaluation(), new ConditioningEvaluation(), new AdherenceEvaluation(), new PhysicsEvaluation(),
        new PermanenceEvaluation(), new FilmsEvaluation(),
    ];

    /// <summary>Measures the parts that are asked for; what an earlier call measured of the same weights stays in the report.</summary>
    /// <param name="models">Where the model is.</param>
    /// <param name="name">The model.</param>
    /// <param name="options">What is measured.</param>
    /// <param name="log">Told how it goes.</param>
    /// <param name="cancellationToken">Stops between two results; a later call goes on there.</param>
    /// <exception cref="RenderFarmException">
    /// <see cref="ErrorCodes.UnknownModel"/>, <see cref="ErrorCodes.InvalidModel"/>, <see cref="ErrorCodes.InvalidSpec"/>,
    /// <see cref="ErrorCodes.OutputUnwritable"/>.
    /// </exception>
    public static EvaluationReport Run(
        ModelCatalogue models, string name, EvaluationOptions options, Action<string> log, CancellationToken cancellationToken = default)
    {
        options.Validate();
        ModelDescriptor descriptor = models.Find(name);
        if (descriptor.Family != "pocket")
        {
            throw new RenderFarmException(
                ErrorCodes.InvalidSpec, $"model {name} is of family '{descriptor.Family}': only pocket's world has a truth to measure in");
        }

        models.VerifyFiles(name);
        MakeFolder(options.Output);
        set_num_threads(Environment.ProcessorCount);
        random.manual_seed(options.Seed);

        // Planned now, so that a length that the model refuses is refused before hours of measuring.
        string hash = FilmPlan.Of(descriptor, "a ball", descriptor.Sizes[0], options.Seconds, descriptor.Strategy, seed: 0).ModelHash;
        string sampling = EvaluationContext.HowSampled(descriptor);
        using IVideoModel model = VideoModelLoader.Load(descriptor, models.Folder(name), CPU);
        using EvaluationContext context = new(model, hash, options, log, cancellationToken);
        EvaluationReport? before = EvaluationReport.Read(options.Output);
        Dictionary<EvaluationPart, PartReport> parts =
            before is not null && (before.ModelHash, before.Sampling, before.Seed) == (hash, sampling, options.Seed) ? new(before.Parts) : [];
        EvaluationReport report = Report();
        foreach (IPartEvaluation part in All.Where(part => options.Parts.Contains(part.Part)))
        {
            Stopwatch watch = Stopwatch.StartNew();
            parts[part.Part] = part.Run(context) with { Seconds = Math.Round(watch.Elapsed.TotalSeconds, 1) };
            report = Report();
            report.Write(options.Output);
        }

        return report;

        EvaluationReport Report() => new()
        {
            Model = name,
            ModelHash = hash,
            Sampling = sampling,
            Seed = options.Seed,
            Parts = parts.OrderBy(part => part.Key).ToDictionary(part => part.Key, part => part.Value),
        };
    }

    private static void MakeFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RenderFarmException(ErrorCodes.OutputUnwritable, $"output '{folder}' cannot be made: {exception.Message}", exception);
        }
    }
}
