using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Jobs;
using RenderFarm.Training.Evaluation.Judging;
using RenderFarm.Training.Sheets;
using RenderFarm.Training.World;
using static TorchSharp.torch;

namespace RenderFarm.Training.Evaluation.Reconstruction;

/// <summary>How well the autoencoder gives back held-out clips.</summary>
internal sealed class ReconstructionEvaluation : IPartEvaluation
{
    private const double Aim = 30;
    private const int Shown = 8;

    public EvaluationPart Part => EvaluationPart.Reconstruction;

    public PartReport Run(EvaluationContext context)
    {
        int clips = context.Options.Clips;
        ResultCache<ReconstructionResult> cache = context.Cache<ReconstructionResult>("reconstruction");
        ProgressLines lines = new(context.Log, "reconstruction", clips * context.Sizes.Count);
        List<ReconstructionResult> results = [];
        foreach (FrameSize size in context.Sizes)
        {
            for (int i = 0; i < clips; i++)
            {
                int index = i;
                context.CancellationToken.ThrowIfCancellationRequested();
                results.Add(cache.Take($"{size} {index}", () => Measure(context, size, index), lines));
            }
        }

        ReconstructionResult[] plain = [.. results.Where(result => !result.HasParticles)];
        List<Figure> figures =
        [
            Psnr("all clips", results, result => result.Error),
            Psnr("without rain and snow", plain, result => result.Error) with { AtLeast = Aim },
            Psnr("with rain or snow", [.. results.Where(result => result.HasParticles)], result => result.Error),
            Psnr("around the subject", results, result => result.SubjectError),
            .. context.Sizes.Select(size => Psnr($"without rain and snow, {size}", [.. plain.Where(result => result.Size == size)], result => result.Error)),
        ];
        return new PartReport(
            $"PSNR over 8-bit values of whole frames of {context.WindowFrames}-frame renderings, encoded and decoded as one stream; of the mean squared error over all clips.",
            figures)
        { Sheets = [Sheet(context)] };
    }

    private static Figure Psnr(string name, IReadOnlyCollection<ReconstructionResult> results, Func<ReconstructionResult, double> error) =>
        new(name, Statistics.Mean(results.Select(error)) is { } mean ? PeakSignalToNoise.Of(mean) : null, Figure.Decibel) { Count = results.Count };

    private static ReconstructionResult Measure(EvaluationContext context, FrameSize size, int index)
    {
        (Scene scene, double start) = Stage(context, size, index);
        using IDisposable scope = NewDisposeScope();
        RenderedClip clip = RenderedClip.Render(scene.Caption, scene, size.Width, size.Height, start, context.WindowFrames);
        byte[] decoded = context.Sampler.Decode(Encoded.Of(context.Model, clip.ToTensor())).bytes.ToArray();
        string weather = scene.Caption.Event switch { "rain begins" => "rain", "snow begins" => "snow", _ => scene.Caption.Weather! };
        return new ReconstructionResult(size, weather, PeakSignalToNoise.SquaredError(clip.Pixels, decoded), SubjectError(scene, start, clip, decoded));
    }

    private static (Scene Scene, double Start) Stage(EvaluationContext context, FrameSize size, int index)
    {
        Random random = SeededRandom.For(context.Options.Seed, $"reconstruction {size}", index);
        double start = random.NextDouble() * 60;
        PocketCaption caption = RandomCaption.Draw(random);
        return (new Scene(caption, size.Width, size.Height, random.Next(), start + random.NextDouble()), start);
    }

    /// <summary>The mean squared error over the square that the subject fits in.</summary>
    private static double SubjectError(Scene scene, double start, RenderedClip clip, byte[] decoded)
    {
        int frameBytes = clip.Width * clip.Height * 3;
        double sum = 0;
        int rows = 0;
        for (int frame = 0; frame < clip.Pixels.Length / frameBytes; frame++)
        {
            (float x, float y) = scene.SubjectAt(start + (frame / (double)Scene.Fps));
            int left = Math.Clamp((int)(x - scene.SubjectRadius), 0, clip.Width - 1), right = Math.Clamp((int)(x + scene.SubjectRadius), left + 1, clip.Width);
            int top = Math.Clamp((int)(y - scene.SubjectRadius), 0, clip.Height - 1), bottom = Math.Clamp((int)(y + scene.SubjectRadius), top + 1, clip.Height);
            for (int row = top; row < bottom; row++, rows++)
            {
                int at = (frame * frameBytes) + (((row * clip.Width) + left) * 3), length = (right - left) * 3;
                sum += PeakSignalToNoise.SquaredError(clip.Pixels.AsSpan(at, length), decoded.AsSpan(at, length));
            }
        }

        return sum / rows;
    }

    /// <summary>The last frames of some clips: rendered, and below each row decoded.</summary>
    private static string Sheet(EvaluationContext context)
    {
        FrameSize size = context.Sizes[0];
        Picture[] rendered = new Picture[Shown], decoded = new Picture[Shown];
        for (int i = 0; i < Shown; i++)
        {
            using IDisposable scope = NewDisposeScope();
            (Scene scene, double start) = Stage(context, size, i);
            Tensor frames = RenderedClip.Render(scene.Caption, scene, size.Width, size.Height, start, context.WindowFrames).ToTensor();
            rendered[i] = Picture.Of(frames, context.WindowFrames - 1);
            decoded[i] = Picture.Of(context.Sampler.Decode(Encoded.Of(context.Model, frames)), context.WindowFrames - 1);
        }

        const int Columns = Shown / 2;
        ContactSheet sheet = new(Columns);
        foreach (Picture[] row in rendered.Chunk(Columns).Zip(decoded.Chunk(Columns)).SelectMany(pair => (Picture[][])[pair.First, pair.Second]))
        {
            Array.ForEach(row, picture => sheet.Add(picture));
        }

        string path = context.SheetPath("reconstruction");
        sheet.Save(path);
        return Path.GetRelativePath(context.Options.Output, path);
    }
}
