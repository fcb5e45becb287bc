using System.Security.Cryptography;
using System.Text;
using RenderFarm.Diffusion.Models;
using RenderFarm.Jobs;
using RenderFarm.Models;
using RenderFarm.Training.Evaluation.Judging;
using RenderFarm.Training.Pocket;

namespace RenderFarm.Training.Evaluation;

/// <summary>What the parts of one evaluation share.</summary>
internal sealed class EvaluationContext(
    IVideoModel model, string modelHash, EvaluationOptions options, Action<string> log, CancellationToken cancellationToken) : IDisposable
{
    private Judge? _judge;

    public IVideoModel Model { get; } = model;

    public ModelDescriptor Descriptor => Model.Descriptor;

    public EvaluationOptions Options { get; } = options;

    public Action<string> Log { get; } = log;

    public CancellationToken CancellationToken { get; } = cancellationToken;

    public WindowSampler Sampler { get; } = new(model);

    /// <summary>The model's sizes, in the order of preference.</summary>
    public IReadOnlyList<FrameSize> Sizes => Descriptor.Sizes;

    /// <summary>Frames of one window.</summary>
    public int WindowFrames => ((Descriptor.WindowLength - 1) * Descriptor.TemporalStride) + 1;

    /// <summary>Trained at its first use.</summary>
    public Judge Judge => _judge ??= Judge.Open(Options.Output, Options.JudgeMinutes, Options.Seed, WindowFrames, Log, CancellationToken);

    /// <summary>One of the model's sizes, as often as it was trained on where it is one of the world's.</summary>
    public FrameSize DrawSize(Random random)
    {
        (int width, int height) = PocketSizes.Draw(random);
        FrameSize size = new(width, height);
        return Sizes.Contains(size) ? size : Sizes[random.Next(Sizes.Count)];
    }

    /// <summary>All of a model's description that what it makes depends on.</summary>
    public static string HowSampled(ModelDescriptor model) => FormattableString.Invariant(
        $"{model.Sampler} in {model.Steps} steps, shift {model.Shift}, guidance {model.Guidance}, windows of {model.WindowLength} with overlap {model.Overlap}, {model.Blend}");

    /// <summary>Single results of a part under everything that they depend on.</summary>
    /// <param name="name">Of the part.</param>
    /// <param name="depends">What else they depend on than the model, how it is sampled, and the seed.</param>
    public ResultCache<T> Cache<T>(string name, params object[] depends)
        where T : notnull
    {
        object[] all = [modelHash, Options.Seed, HowSampled(Descriptor), .. depends];
        string text = string.Join('\n', all.Select(value => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)));
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];
        string folder = Path.Combine(Options.Output, "cache");
        Directory.CreateDirectory(folder);
        return new ResultCache<T>(Path.Combine(folder, $"{name}-{hash}.jsonl"));
    }

    /// <summary>Where a sheet of a name goes.</summary>
    public string SheetPath(string name)
    {
        string folder = Path.Combine(Options.Output, "sheets");
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, name + ".png");
    }

    public void Dispose() => _judge?.Dispose();
}
