using System.Diagnostics;
using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Jobs;
using RenderFarm.Media.Quality;
using RenderFarm.Plans;
using RenderFarm.Training.Sheets;
using RenderFarm.Training.World;

namespace RenderFarm.Training.Evaluation.Films;

/// <summary>Long films under each strategy: seams, drift, repetition; and the same of films that the world renders, with windows' borders in name only.</summary>
internal sealed class FilmsEvaluation : IPartEvaluation
{
    private const int SheetColumns = 6;
    private const int SheetFrames = 24;
    private const double SeamAim = 1.10;
    private const double PeriodicityAim = 2;
    private const double DriftAim = 0.03;

    public EvaluationPart Part => EvaluationPart.Films;

    public PartReport Run(EvaluationContext context)
    {
        EvaluationOptions options = context.Options;
        ResultCache<FilmResult> cache = context.Cache<FilmResult>("films", options.Seconds);
        string[] makers = [FilmResult.OfTheWorld, .. options.Strategies.Select(NameOf)];
        ProgressLines lines = new(context.Log, "films", options.Films * makers.Length);
        List<FilmResult> results = [];
        List<string> sheets = [];
        for (int i = 0; i < options.Films; i++)
        {
            int index = i;
            foreach (string maker in makers)
            {
                context.CancellationToken.ThrowIfCancellationRequested();
                string sheet = context.SheetPath($"{cache.Tag}-{index + 1:d2}-{maker}"), key = $"{index} {maker}";
                if (!File.Exists(sheet))
                {
                    cache.Forget(key);
                }

                results.Add(cache.Take(key, () => Make(context, index, maker, sheet), lines));
                sheets.Add(Path.GetRelativePath(options.Output, sheet));
            }
        }

        FilmResult[] rendered = [.. results.Where(result => result.Maker == FilmResult.OfTheWorld)];
        return new PartReport(
            FormattableString.Invariant($"Films of {options.Seconds} s of one held-out caption without events, under each strategy, decoded as one stream. ")
            + "Seam ratio: mean |frame difference| at window borders over the median elsewhere. Periodicity: power of the frame differences' spectrum at the "
            + "window period over the median of its surroundings. Drift: |last 15 % less first 15 %|, of full scale. Repetition: highest correlation of frames a "
            + "window or more apart, the film's mean taken off. Beside each figure the same of the world's own renderings of the captions.",
            [.. options.Strategies.SelectMany(strategy => FiguresOf(NameOf(strategy), [.. results.Where(result => result.Maker == NameOf(strategy))], rendered))])
        {
            Sheets = sheets,
            Details = new Dictionary<string, object> { ["films"] = results },
        };
    }

    private static string NameOf(Strategy strategy) => strategy.ToString().ToLowerInvariant();

    private static IEnumerable<Figure> FiguresOf(string maker, FilmResult[] films, FilmResult[] rendered)
    {
        foreach ((string name, Func<QualityReport, double?> of, double? aim) in ((string, Func<QualityReport, double?>, double?)[])
            [
                ("seam ratio", report => report.SeamRatio, SeamAim),
                ("seam periodicity", report => report.SeamPeriodicity, PeriodicityAim),
                ("luma drift", report => report.Drift is { } drift ? Math.Abs(drift.Luma) : null, DriftAim),
                ("saturation drift", report => report.Drift is { } drift ? Math.Abs(drift.Saturation) : null, DriftAim),
                ("repetition", report => report.Repetition, null),
            ])
        {
            string unit = name.EndsWith("drift", StringComparison.Ordinal) ? Figure.Share : "";
            double[] values = [.. films.Select(film => of(film.Report)).OfType<double>()], reference = [.. rendered.Select(film => of(film.Report)).OfType<double>()];
            yield return new Figure($"{maker}: {name}, mean", Statistics.Mean(values), unit) { OfTheWorld = Statistics.Mean(reference), Count = values.Length };
            yield return new Figure($"{maker}: {name}, median", Statistics.Median(values), unit) { OfTheWorld = Statistics.Median(reference), Count = values.Length };
            yield return new Figure($"{maker}: {name}, worst", Statistics.Most(values), unit)
            {
                OfTheWorld = Statistics.Most(reference),
                AtMost = aim,
                Count = values.Length,
            };
        }

        yield return new Figure($"{maker}: seconds to make one, median", Statistics.Median(films.Select(film => film.Seconds)), "s") { Count = films.Length };
    }

    private static FilmResult Make(EvaluationContext context, int index, string maker, string sheetPath)
    {
        Random random = SeededRandom.For(context.Options.Seed, "films", index);
        PocketCaption caption = HeldOutCaption.Draw(random, extras: true);
        FrameSize size = context.Sizes[0];
        bool isRendered = maker == FilmResult.OfTheWorld;
        Strategy strategy = isRendered ? Strategy.Parallel : Enum.Parse<Strategy>(maker, ignoreCase: true);
        RenderPlan plan = FilmPlan.Of(context.Descriptor, caption.ToString(), size, context.Options.Seconds, strategy, random.NextInt64());
        int stride = context.Descriptor.TemporalStride, frameBytes = size.Width * size.Height * 3, taken = 0;
        QualityMeter meter = new(size, WindowBorders.Frames(plan, stride), WindowBorders.Period(plan, stride));
        int shown = Math.Min(SheetFrames, plan.Frames);
        HashSet<int> onSheet = [.. Enumerable.Range(0, shown).Select(i => i * (plan.Frames - 1) / Math.Max(1, shown - 1))];
        ContactSheet sheet = new(SheetColumns);
        Stopwatch watch = Stopwatch.StartNew();
        if (isRendered)
        {
            Scene scene = new(caption, size.Width, size.Height, random.Next());
            for (int frame = 0; frame < plan.Frames; frame++)
            {
                float[] pixels = scene.Render(frame / (double)Scene.Fps);
                Take(Array.ConvertAll(pixels, value => (byte)Math.Clamp((value * 255) + 0.5f, 0, 255)));
            }
        }
        else
        {
            new FilmMaker(context.Model).Make(
                plan,
                frames =>
                {
                    byte[] pixels = frames.bytes.ToArray();
                    for (int at = 0; at < pixels.Length; at += frameBytes)
                    {
                        Take(pixels.AsSpan(at, frameBytes));
                    }
                },
                context.CancellationToken);
        }

        double seconds = watch.Elapsed.TotalSeconds;
        sheet.Save(sheetPath);
        return new FilmResult(caption.ToString(), maker, meter.Finish(), Math.Round(seconds, 1));

        void Take(ReadOnlySpan<byte> frame)
        {
            meter.Add(frame);
            if (onSheet.Contains(taken++))
            {
                sheet.Add(new Picture(size.Width, size.Height, frame.ToArray()));
            }
        }
    }
}
