using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Jobs;
using RenderFarm.Training.Evaluation.Judging;
using RenderFarm.Training.Sheets;
using RenderFarm.Training.World;
using static TorchSharp.torch;

namespace RenderFarm.Training.Evaluation.Adherence;

/// <summary>Whether clips of held-out captions show what was asked for, as the judge sees it.</summary>
internal sealed class AdherenceEvaluation : IPartEvaluation
{
    /// <summary>Clips that come onto the sheets.</summary>
    private const int Shown = 48;

    /// <summary>Frames of a clip on a sheet.</summary>
    private const int StripLength = 4;

    private const int StripsInARow = 2;

    private const double JudgeAim = 0.99;

    private static readonly Dictionary<PocketAttribute, double> Aims = new()
    {
        [PocketAttribute.Place] = 0.97,
        [PocketAttribute.Time] = 0.97,
        [PocketAttribute.Weather] = 0.97,
        [PocketAttribute.Colour] = 0.95,
        [PocketAttribute.Subject] = 0.90,
        [PocketAttribute.Action] = 0.85,
    };

    public EvaluationPart Part => EvaluationPart.Adherence;

    public PartReport Run(EvaluationContext context)
    {
        EvaluationOptions options = context.Options;
        Judge judge = context.Judge;
        ResultCache<AdherenceResult> cache = context.Cache<AdherenceResult>("adherence", judge.Hash, options.Extras);
        ProgressLines lines = new(context.Log, "adherence", options.Captions);
        List<AdherenceResult> results = [];
        for (int i = 0; i < options.Captions; i++)
        {
            int index = i;
            context.CancellationToken.ThrowIfCancellationRequested();
            results.Add(cache.Take($"{index}", () => Measure(context, judge, index), lines));
        }

        return Report(results, Sheets(context, results), options.Extras);
    }

    private static AdherenceResult Measure(EvaluationContext context, Judge judge, int index)
    {
        Random random = SeededRandom.For(context.Options.Seed, "adherence", index);
        FrameSize size = context.DrawSize(random);
        PocketCaption caption = HeldOutCaption.Draw(random, context.Options.Extras);
        Scene scene = new(caption, size.Width, size.Height, random.Next());
        RenderedClip truth = RenderedClip.Render(caption, scene, size.Width, size.Height, random.NextDouble() * 60, context.WindowFrames);
        using IDisposable scope = NewDisposeScope();
        Tensor rendered = truth.ToTensor();
        Tensor decoded = context.Sampler.Decode(Encoded.Of(context.Model, rendered));
        Tensor sampled = context.Sampler.Decode(context.Sampler.Sample(caption.ToString(), size, random.NextInt64()));
        byte[][]? strip = index < Shown ? [.. StripOf(context.WindowFrames).Select(frame => Picture.Of(sampled, frame).Halved().Rgb)] : null;
        return new AdherenceResult(caption, size, judge.Decide(sampled), judge.Decide(rendered), judge.Decide(decoded), strip);
    }

    private static IEnumerable<int> StripOf(int frames) => Enumerable.Range(0, StripLength).Select(i => i * (frames - 1) / (StripLength - 1));

    private static PartReport Report(List<AdherenceResult> results, IReadOnlyList<string> sheets, bool extras)
    {
        List<Figure> figures = [.. JudgedAttributes.Asked.Select(attribute => new Figure(
            attribute.ToString().ToLowerInvariant(), Accuracy(result => result.OfModel, attribute), Figure.Share)
        {
            OfTheWorld = Accuracy(result => result.OfWorld, attribute),
            OfTheDecodedWorld = Accuracy(result => result.OfDecodedWorld, attribute),
            AtLeast = Aims.TryGetValue(attribute, out double aim) ? aim : null,
            Count = results.Count,
        })];
        Figure worst = figures.MinBy(figure => figure.Value)!, blindest = figures.MinBy(figure => figure.OfTheWorld)!;
        figures.Add(new Figure("all of these", Statistics.Share(results, result => result.IsRight(JudgedAttributes.Asked)), Figure.Share) { Count = results.Count });
        figures.Add(new Figure($"judge's worst on renderings: {blindest.Name}", blindest.OfTheWorld, Figure.Share) { AtLeast = JudgeAim, Count = results.Count });
        return new PartReport(
            $"One window for each held-out caption{(extras ? " with its occluder and second subject" : "")}, sampled as model.json says; a judge trained "
            + "on renderings alone decides each attribute over all frames. Beside it: the same judge on the world's own renderings of the captions, and on "
            + "those after the model's autoencoder.",
            figures)
        {
            Sheets = sheets,
            Details = new Dictionary<string, object>
            {
                ["worst"] = worst.Name,
                ["confusions"] = JudgedAttributes.Asked.ToDictionary(
                    attribute => attribute.ToString().ToLowerInvariant(), attribute => Pairs(result => result.OfModel, attribute)),
                ["judgesConfusionsOnRenderings"] = JudgedAttributes.Asked.ToDictionary(
                    attribute => attribute.ToString().ToLowerInvariant(), attribute => Pairs(result => result.OfWorld, attribute)),
                ["bySize"] = results.GroupBy(result => result.Size).ToDictionary(
                    group => group.Key.ToString(),
                    group => JudgedAttributes.Asked.ToDictionary(
                        attribute => attribute.ToString().ToLowerInvariant(),
                        attribute => Statistics.Share([.. group], result => result.OfModel[attribute] == result.Caption[attribute]))),
            },
        };

        double? Accuracy(Func<AdherenceResult, PocketCaption> of, PocketAttribute attribute) =>
            Statistics.Share(results, result => of(result)[attribute] == result.Caption[attribute]);

        IReadOnlyList<Confusion> Pairs(Func<AdherenceResult, PocketCaption> of, PocketAttribute attribute) =>
            Confusion.Of(attribute, results.Select(result => (result.Caption[attribute], of(result)[attribute])));
    }

    /// <summary>A sheet and a list of its captions for each size: a strip of frames a clip, its edge green where all is right.</summary>
    private static List<string> Sheets(EvaluationContext context, List<AdherenceResult> results)
    {
        List<string> sheets = [];
        foreach (IGrouping<FrameSize, AdherenceResult> group in results.Where(result => result.Strip is not null).GroupBy(result => result.Size))
        {
            ContactSheet sheet = new(StripsInARow * StripLength);
            List<string> lines = [$"{StripsInARow} clips a row, {StripLength} frames each, from left to right; a green edge: all attributes as asked", ""];
            foreach ((AdherenceResult result, int i) in group.Select((result, i) => (result, i)))
            {
                bool isRight = result.IsRight(JudgedAttributes.Asked);
                foreach (byte[] rgb in result.Strip!)
                {
                    sheet.Add(new Picture(result.Size.Width / 2, result.Size.Height / 2, rgb), isRight);
                }

                string wrong = string.Join(", ", JudgedAttributes.Asked.Where(attribute => result.OfModel[attribute] != result.Caption[attribute])
                    .Select(attribute => $"{attribute.ToString().ToLowerInvariant()} {result.OfModel[attribute]}"));
                lines.Add($"row {(i / StripsInARow) + 1}, clip {(i % StripsInARow) + 1}: {result.Caption}{(wrong.Length == 0 ? "" : $" - seen instead: {wrong}")}");
            }

            string path = context.SheetPath($"adherence-{group.Key}");
            sheet.Save(path);
            File.WriteAllLines(Path.ChangeExtension(path, ".txt"), lines);
            sheets.Add(Path.GetRelativePath(context.Options.Output, path));
        }

        return sheets;
    }
}
