using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Jobs;
using RenderFarm.Training.Evaluation.Judging;
using RenderFarm.Training.Sheets;
using RenderFarm.Training.World;
using static TorchSharp.torch;

namespace RenderFarm.Training.Evaluation.Physics;

/// <summary>Whether bounces are parabolas under one gravity, and whether balls roll without slipping.</summary>
internal sealed class PhysicsEvaluation : IPartEvaluation
{
    /// <summary>What does not rise by this share of the frame's height does not bounce.</summary>
    private const double LeastBounce = 0.1;

    private const int Shown = 6;
    private const int StripLength = 8;

    public EvaluationPart Part => EvaluationPart.Physics;

    public PartReport Run(EvaluationContext context)
    {
        int count = context.Options.Motions;
        ResultCache<BounceResult> bounceCache = context.Cache<BounceResult>("bounces", context.Judge.Hash);
        ResultCache<RollResult> rollCache = context.Cache<RollResult>("rolls", context.Judge.Hash);
        ProgressLines lines = new(context.Log, "physics", 2 * count);
        List<BounceResult> bounces = [];
        List<RollResult> rolls = [];
        for (int i = 0; i < count; i++)
        {
            int index = i;
            context.CancellationToken.ThrowIfCancellationRequested();
            bounces.Add(bounceCache.Take($"{index}", () => Bounce(context, index), lines));
            rolls.Add(rollCache.Take($"{index}", () => Roll(context, index), lines));
        }

        return new PartReport(
            "One window for each caption, camera still, clear weather. Bounces: the height of the tracked subject, parabolas fitted between contacts; residual "
            + "as a share of the bounce's height; gravity over the world's own. Rolls: a ball's place and turn in each frame are those of the drawing that "
            + "correlates best; turn over way is the slope of angle x radius over way, 1 when it rolls without slipping, 0 when it slides.",
            [.. OfBounces(bounces), .. OfRolls(rolls)])
        {
            Sheets = [Sheet(context, bounces.Select(bounce => bounce.Strip), "bounces"), Sheet(context, rolls.Select(roll => roll.Strip), "rolls")],
        };
    }

    private static IEnumerable<Figure> OfBounces(List<BounceResult> bounces)
    {
        double[] Residuals(Func<BounceResult, Parabolas> of) => [.. bounces.Select(bounce => of(bounce).Residual).OfType<double>()];
        double[] Gravities(Func<BounceResult, Parabolas> of) => [.. bounces.Where(bounce => of(bounce).Gravity is not null).Select(bounce => of(bounce).Gravity!.Value / bounce.Gravity)];
        int found = bounces.Count(bounce => bounce.OfModel.Count > 0);
        yield return new Figure("bounces found", Statistics.Share(bounces, bounce => bounce.OfModel.Count > 0), Figure.Share)
        {
            OfTheWorld = Statistics.Share(bounces, bounce => bounce.OfWorld.Count > 0),
            Count = bounces.Count,
        };
        yield return new Figure("distance from parabolas, median", Statistics.Median(Residuals(bounce => bounce.OfModel)), Figure.Share)
        {
            OfTheWorld = Statistics.Median(Residuals(bounce => bounce.OfWorld)),
            Count = found,
        };
        yield return new Figure("gravity over the world's, median", Statistics.Median(Gravities(bounce => bounce.OfModel)))
        {
            OfTheWorld = Statistics.Median(Gravities(bounce => bounce.OfWorld)),
            Count = found,
        };
    }

    private static IEnumerable<Figure> OfRolls(List<RollResult> rolls)
    {
        double[] ofModel = [.. rolls.Where(roll => roll.IsSeen).Select(roll => roll.OfModel.Ratio).OfType<double>()];
        double[] ofWorld = [.. rolls.Select(roll => roll.OfWorld.Ratio).OfType<double>()];
        yield return new Figure("rolling balls seen", Statistics.Share(rolls, roll => roll.IsSeen), Figure.Share) { Count = rolls.Count };
        yield return new Figure("turn over way, median", Statistics.Median(ofModel)) { OfTheWorld = Statistics.Median(ofWorld), Count = ofModel.Length };
        yield return new Figure("turn over way within a fifth of 1", Statistics.Share(ofModel, ratio => Math.Abs(ratio - 1) <= 0.2), Figure.Share)
        {
            OfTheWorld = Statistics.Share(ofWorld, ratio => Math.Abs(ratio - 1) <= 0.2),
            Count = ofModel.Length,
        };
    }

    private static BounceResult Bounce(EvaluationContext context, int index)
    {
        FrameSize size = context.Sizes[0];
        Random random = SeededRandom.For(context.Options.Seed, "bounces", index);
        PocketCaption caption = HeldOutCaption.Draw(random, extras: false) with { Action = "bounces", Camera = "still", Weather = "clear" };
        Scene scene = new(caption, size.Width, size.Height, random.Next());
        double start = random.NextDouble() * 60;
        using IDisposable scope = NewDisposeScope();
        Tensor sampled = context.Sampler.Decode(context.Sampler.Sample(caption.ToString(), size, random.NextInt64()));
        Tensor rendered = RenderedClip.Render(caption, scene, size.Width, size.Height, start, context.WindowFrames).ToTensor();
        double[] truth = [.. Enumerable.Range(0, context.WindowFrames).Select(frame => size.Height - (double)scene.PoseAt(start + (frame / (double)Scene.Fps)).Y)];
        return new BounceResult(
            caption, Track(sampled), Track(rendered), Parabolas.Fit(truth, Scene.Fps, LeastBounce * size.Height).Gravity ?? 0, StripOf(sampled, index));

        Parabolas Track(Tensor clip) => Parabolas.Fit(
            [.. context.Judge.Follow(clip, every: 1).Select(look => size.Height - look.Y)], context.Descriptor.Fps, LeastBounce * size.Height);
    }

    private static RollResult Roll(EvaluationContext context, int index)
    {
        FrameSize size = context.Sizes[0];
        Random random = SeededRandom.For(context.Options.Seed, "rolls", index);
        PocketCaption caption = HeldOutCaption.Draw(random, extras: false) with { Subject = "ball", Action = "rolls", Camera = "still", Weather = "clear" };
        Scene scene = new(caption, size.Width, size.Height, random.Next());
        using IDisposable scope = NewDisposeScope();
        Tensor sampled = context.Sampler.Decode(context.Sampler.Sample(caption.ToString(), size, random.NextInt64()));
        Tensor rendered = RenderedClip.Render(caption, scene, size.Width, size.Height, random.NextDouble() * 60, context.WindowFrames).ToTensor();
        PocketCaption seen = context.Judge.Decide(sampled);
        return new RollResult(
            caption, (seen.Subject, seen.Size) == ("ball", caption.Size), Follow(context.Judge, sampled, seen.Colour!, scene.SubjectRadius),
            Follow(context.Judge, rendered, caption.Colour!, scene.SubjectRadius), StripOf(sampled, index));
    }

    private static Rolling Follow(Judge judge, Tensor clip, string colour, float radius)
    {
        BallFinder finder = new(colour, radius);
        int height = (int)clip.shape[1], width = (int)clip.shape[2], frameBytes = width * height * 3;
        byte[] pixels = clip.bytes.ToArray();
        return Rolling.Fit(
            [.. judge.Follow(clip, every: 1).Select(look => finder.Find(pixels.AsSpan(look.Frame * frameBytes, frameBytes), width, height, look.X, look.Y))], radius);
    }

    private static byte[][]? StripOf(Tensor frames, int index) => index >= Shown ? null :
        [.. Enumerable.Range(0, StripLength).Select(i => Picture.Of(frames, (int)(i * (frames.shape[0] - 1) / (StripLength - 1))).Halved().Rgb)];

    private static string Sheet(EvaluationContext context, IEnumerable<byte[][]?> strips, string name)
    {
        ContactSheet sheet = new(StripLength);
        foreach (byte[] rgb in strips.SelectMany(strip => strip ?? []))
        {
            sheet.Add(new Picture(context.Sizes[0].Width / 2, context.Sizes[0].Height / 2, rgb));
        }

        string path = context.SheetPath(name);
        sheet.Save(path);
        return Path.GetRelativePath(context.Options.Output, path);
    }
}
