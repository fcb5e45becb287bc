using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Jobs;
using RenderFarm.Plans;
using RenderFarm.Training.Evaluation.Films;
using RenderFarm.Training.Evaluation.Judging;
using RenderFarm.Training.Sheets;
using RenderFarm.Training.World;
using TorchSharp;
using static TorchSharp.torch;

namespace RenderFarm.Training.Evaluation.Permanence;

/// <summary>Whether what comes out from behind an occluder is what went in.</summary>
internal sealed class PermanenceEvaluation : IPartEvaluation
{
    private const double Aim = 0.9;

    /// <summary>Long enough for a subject that goes to and fro to pass the middle.</summary>
    private const double Seconds = 6;

    /// <summary>Frames from one look to the next.</summary>
    private const int Every = 2;

    private const int Shown = 12;
    private const int StripLength = 8;

    public EvaluationPart Part => EvaluationPart.Permanence;

    public PartReport Run(EvaluationContext context)
    {
        int count = context.Options.Passes;
        ResultCache<PermanenceResult> cache = context.Cache<PermanenceResult>("permanence", context.Judge.Hash, context.Descriptor.Strategy);
        ProgressLines lines = new(context.Log, "permanence", count);
        List<PermanenceResult> results = [];
        for (int i = 0; i < count; i++)
        {
            int index = i;
            context.CancellationToken.ThrowIfCancellationRequested();
            results.Add(cache.Take($"{index}", () => Measure(context, index), lines));
        }

        Pass[] ofModel = [.. results.Select(result => result.OfModel).OfType<Pass>()], ofWorld = [.. results.Select(result => result.OfWorld).OfType<Pass>()];
        return new PartReport(
            FormattableString.Invariant($"Films of {Seconds} s under the model's strategy, {context.Descriptor.Strategy.ToString().ToLowerInvariant()}: a subject that goes to and fro, ")
            + "an occluder in its way. A pass: the subject's middle is clear of the occluder on one side, then covered, then clear on the other. The judge "
            + "decides subject and colour over the looks just before and just after; shares are of the passes found.",
            [
                new Figure("occluder seen", Statistics.Share(results, result => result.IsOccluderSeen), Figure.Share) { Count = results.Count },
                new Figure("passes found", (double)ofModel.Length / results.Count, Figure.Share) { OfTheWorld = (double)ofWorld.Length / results.Count, Count = results.Count },
                Of("same subject after", pass => pass.IsSameSubject) with { AtLeast = Aim },
                Of("same colour after", pass => pass.IsSameColour) with { AtLeast = Aim },
                Of("same subject and colour after", pass => pass.IsSameSubject && pass.IsSameColour) with { AtLeast = Aim },
            ])
        {
            Sheets = [Sheet(context, results)],
            Details = new Dictionary<string, object>
            {
                ["changed"] = results.Where(result => result.OfModel is { } pass && !(pass.IsSameSubject && pass.IsSameColour))
                    .Select(result => new { Caption = result.Caption.ToString(), Pass = result.OfModel }).ToArray(),
            },
        };

        Figure Of(string name, Func<Pass, bool> isSo) =>
            new(name, Statistics.Share(ofModel, isSo), Figure.Share) { OfTheWorld = Statistics.Share(ofWorld, isSo), Count = ofModel.Length };
    }

    private static PermanenceResult Measure(EvaluationContext context, int index)
    {
        FrameSize size = context.Sizes[0];
        Random random = SeededRandom.For(context.Options.Seed, "permanence", index);
        PocketCaption caption = Draw(random);
        Scene scene = new(caption, size.Width, size.Height, random.Next());
        double start = random.NextDouble() * 60;
        RenderPlan plan = FilmPlan.Of(context.Descriptor, caption.ToString(), size, Seconds, context.Descriptor.Strategy, random.NextInt64());
        using DisposeScope scope = NewDisposeScope();
        List<Tensor> parts = [];
        new FilmMaker(context.Model).Make(plan, frames => parts.Add(frames.alias().MoveToOtherDisposeScope(scope)), context.CancellationToken);
        Tensor film = cat(parts);
        Tensor rendered = RenderedClip.Render(caption, scene, size.Width, size.Height, start, plan.Frames).ToTensor();
        (double radius, double halfWidth) = (scene.SubjectRadius, Scene.OccluderHalfWidth(size.Width, size.Height));
        IReadOnlyList<LookReading> looks = context.Judge.Follow(film, Every);
        byte[][]? strip = index >= Shown ? null :
            [.. Enumerable.Range(0, StripLength).Select(i => Picture.Of(film, i * (plan.Frames - 1) / (StripLength - 1)).Halved().Rgb)];
        return new PermanenceResult(
            caption, LookReading.Decide(looks, PocketAttribute.Occluder) == caption.Occluder, Pass.Find(looks, radius, halfWidth),
            Pass.Find(context.Judge.Follow(rendered, Every), radius, halfWidth), strip);
    }

    private static PocketCaption Draw(Random random)
    {
        PocketCaption caption = HeldOutCaption.Draw(random, extras: false) with
        {
            Action = PocketVocabulary.Actions.Where(Motion.Travels).ElementAt(random.Next(PocketVocabulary.Actions.Count(Motion.Travels))),
            Occluder = PocketVocabulary.Occluders[random.Next(PocketVocabulary.Occluders.Count)],

            // A camera that follows leaves the occluder behind for many seconds.
            Camera = random.NextDouble() < 0.7 ? "still" : "pans",
        };

        // A car's wheels turn: it cannot slide.
        return caption is { Subject: "car", Action: "slides" } ? caption with { Action = "rolls" } : caption;
    }

    private static string Sheet(EvaluationContext context, List<PermanenceResult> results)
    {
        ContactSheet sheet = new(StripLength);
        foreach (PermanenceResult result in results)
        {
            foreach (byte[] rgb in result.Strip ?? [])
            {
                bool? isSame = result.OfModel is { } pass ? pass.IsSameSubject && pass.IsSameColour : null;
                sheet.Add(new Picture(context.Sizes[0].Width / 2, context.Sizes[0].Height / 2, rgb), isSame);
            }
        }

        string path = context.SheetPath("permanence");
        sheet.Save(path);
        return Path.GetRelativePath(context.Options.Output, path);
    }
}
