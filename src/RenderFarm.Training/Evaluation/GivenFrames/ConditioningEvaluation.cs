using RenderFarm.Jobs;
using RenderFarm.Training.Sheets;
using static TorchSharp.torch;

namespace RenderFarm.Training.Evaluation.GivenFrames;

/// <summary>Whether frames that a window is given are there when it is decoded.</summary>
internal sealed class ConditioningEvaluation : IPartEvaluation
{
    private const double Aim = 35;
    private const int Shown = 3;
    private const int StripLength = 5;

    public EvaluationPart Part => EvaluationPart.Conditioning;

    public PartReport Run(EvaluationContext context)
    {
        KnownFrames[] ways = Enum.GetValues<KnownFrames>();
        ResultCache<ConditioningResult> cache = context.Cache<ConditioningResult>("conditioning");
        ProgressLines lines = new(context.Log, "conditioning", ways.Length * context.Options.Conditionings);
        List<ConditioningResult> results = [];
        FrameSize size = context.Sizes[0];
        ContactSheet sheet = new(StripLength + 1);
        foreach (KnownFrames known in ways)
        {
            for (int i = 0; i < context.Options.Conditionings; i++)
            {
                int index = i;
                context.CancellationToken.ThrowIfCancellationRequested();
                ConditioningResult result = cache.Take($"{known} {index}", () => Measure(context, size, index, known), lines);
                results.Add(result);
                foreach (byte[] rgb in result.Strip ?? [])
                {
                    sheet.Add(new Picture(size.Width / 2, size.Height / 2, rgb));
                }
            }
        }

        string path = context.SheetPath("conditioning");
        sheet.Save(path);
        return new PartReport(
            "One window each, with the latent frames of what is given clean from the first step to the last. PSNR of the decoded given frames against the "
            + "same frames encoded and decoded without the window; of the mean squared error over all clips. Join: mean |difference| of the frames where "
            + "given meets sampled, over the median inside the window; the median over clips.",
            [.. ways.Select(known => Kept(known, results)), .. ways.Select(known => Join(known, results))])
        {
            Sheets = [Path.GetRelativePath(context.Options.Output, path)],
        };
    }

    private static string NameOf(KnownFrames known) => known switch
    {
        KnownFrames.Start => "start frame",
        KnownFrames.End => "end frame",
        KnownFrames.Both => "start and end frame",
        _ => "extension backwards",
    };

    private static Figure Kept(KnownFrames known, List<ConditioningResult> results)
    {
        double[] errors = [.. results.Where(result => result.Known == known).Select(result => result.Error)];
        return new Figure($"{NameOf(known)} kept", PeakSignalToNoise.Of(errors.Average()), Figure.Decibel) { AtLeast = Aim, Count = errors.Length };
    }

    private static Figure Join(KnownFrames known, List<ConditioningResult> results)
    {
        double[] joins = [.. results.Where(result => result.Known == known).Select(result => result.Join)];
        return new Figure($"{NameOf(known)}: join", Statistics.Median(joins)) { Count = joins.Length };
    }

    private static ConditioningResult Measure(EvaluationContext context, FrameSize size, int index, KnownFrames known)
    {
        using IDisposable scope = NewDisposeScope();
        using ConditioningCase own = new(context, size, index, known);
        Tensor frames = context.Sampler.Decode(context.Sampler.Sample(own.Caption.ToString(), size, own.Seed, own.Known));
        ReadOnlySpan<byte> pixels = frames.bytes;
        int frameBytes = size.Width * size.Height * 3;
        double error = 0;
        foreach ((int frame, Tensor given) in own.Given)
        {
            error += PeakSignalToNoise.SquaredError(pixels.Slice(frame * frameBytes, frameBytes), given.bytes) / own.Given.Count;
        }

        double[] changes = [.. Enumerable.Range(1, context.WindowFrames - 1).Select(frame => Change(frames, frame, frameBytes))];
        int[] joins = [.. own.Joins];
        double inside = Statistics.Median(changes.Where((_, i) => !joins.Contains(i + 1))) ?? 0;
        return new ConditioningResult(known, error, inside > 0 ? joins.Average(frame => changes[frame - 1]) / inside : 1, index < Shown ? StripOf(own, frames) : null);
    }

    /// <summary>A row: the first given frame, then the window from beginning to end.</summary>
    private static byte[][] StripOf(ConditioningCase own, Tensor frames) =>
    [
        Picture.Of(own.Given.First().Value, 0).Halved().Rgb,
        .. Enumerable.Range(0, StripLength).Select(i => Picture.Of(frames, (int)(i * (frames.shape[0] - 1) / (StripLength - 1))).Halved().Rgb),
    ];

    /// <summary>Mean |difference| of a frame from the one before it.</summary>
    private static double Change(Tensor frames, int frame, int frameBytes)
    {
        ReadOnlySpan<byte> before = frames.bytes.Slice((frame - 1) * frameBytes, frameBytes), after = frames.bytes.Slice(frame * frameBytes, frameBytes);
        long sum = 0;
        for (int i = 0; i < frameBytes; i++)
        {
            sum += Math.Abs(after[i] - before[i]);
        }

        return (double)sum / frameBytes;
    }
}
