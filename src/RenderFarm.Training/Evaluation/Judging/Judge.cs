using System.Security.Cryptography;
using System.Text.Json;
using RenderFarm.Diffusion.Models;
using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Training.Pocket;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RenderFarm.Training.Evaluation.Judging;

/// <summary>
/// Says what clips show. It has learned that from renderings of the world alone, never from a model, and is itself measured on
/// renderings that it has not seen.
/// </summary>
internal sealed class Judge : IDisposable
{
    /// <summary>Frames from one look to the next.</summary>
    private const int Every = Look.Near;

    /// <summary>Looks at a time: more would only take more memory.</summary>
    private const int Batch = 12;

    /// <summary>The eye's share of the training time; the sense of time takes the rest.</summary>
    private const double EyeShare = 0.75;

    private readonly JudgeNet _net;
    private readonly TrackNet _tracks;

    private Judge(JudgeNet net, TrackNet tracks, string hash) => (_net, _tracks, Hash) = (net, tracks, hash);

    /// <summary>Of its weights: what another judge has decided is another decision.</summary>
    public string Hash { get; }

    /// <summary>Takes the judge that is in a folder, or trains one.</summary>
    /// <param name="folder">Where it is kept.</param>
    /// <param name="minutes">Of training, where it is not there.</param>
    /// <param name="seed">Of its scenes.</param>
    /// <param name="frames">Frames of the clips that it shall decide on.</param>
    /// <param name="log">Told how it goes.</param>
    /// <param name="cancellationToken">Stops its training, which goes on there at the next call.</param>
    public static Judge Open(string folder, double minutes, int seed, int frames, Action<string> log, CancellationToken cancellationToken)
    {
        string looks = Path.Combine(folder, "judge-looks"), clips = Path.Combine(folder, "judge-clips"), done = Path.Combine(folder, "judge.json");
        JudgeNet net = new(ComputePrecision.For(CPU));
        TrackNet tracks = new();
        TrainingState state = new(looks, net);
        if (File.Exists(done))
        {
            state.Load();
            tracks.load(clips);
            Record record = JsonSerializer.Deserialize<Record>(File.ReadAllText(done))!;
            log(FormattableString.Invariant($"judge: the one in {folder}, trained for {record.Minutes:f0} minutes"));
        }
        else
        {
            log(FormattableString.Invariant($"judge: training for {minutes:f1} minutes"));
            state.Load();
            new JudgeTrainer(net, EyeShare * minutes, seed, log).Run(state, cancellationToken);
        }

        foreach (Parameter parameter in net.parameters())
        {
            parameter.requires_grad = false;
        }

        if (!File.Exists(done))
        {
            new TrackTrainer(net, tracks, (1 - EyeShare) * minutes, seed, log).Run(frames, cancellationToken);
            tracks.save(clips);
            File.WriteAllText(done, JsonSerializer.Serialize(new Record(minutes, state.Step)));
        }

        tracks.eval();
        byte[] hash = SHA256.HashData([.. SHA256.HashData(File.ReadAllBytes(looks)), .. SHA256.HashData(File.ReadAllBytes(clips))]);
        return new Judge(net, tracks, Convert.ToHexStringLower(hash)[..12]);
    }

    /// <summary>The frames that a clip is decided by: every second one from which a whole look goes forward.</summary>
    public static int[] LooksOf(int frames) => [.. Enumerable.Range(0, Math.Max(1, (frames - Look.Far + Every - 1) / Every)).Select(i => i * Every)];

    /// <summary>What a clip shows, each attribute decided over all of its frames.</summary>
    /// <param name="frames">uint8 [F, H, W, 3] on the CPU; borrowed.</param>
    public PocketCaption Decide(Tensor frames)
    {
        using IDisposable pause = CollectionPause.Begin();
        using IDisposable gradients = no_grad();
        using IDisposable scope = NewDisposeScope();
        (LookReading[] looks, Tensor track) = Read(frames, LooksOf((int)frames.shape[0]));
        (Tensor action, Tensor camera) = _tracks.Forward(track);
        string? Of(PocketAttribute attribute) => LookReading.Decide(looks, attribute);
        return new PocketCaption
        {
            Place = Of(PocketAttribute.Place),
            Time = Of(PocketAttribute.Time),
            Weather = Of(PocketAttribute.Weather),
            Colour = Of(PocketAttribute.Colour),
            Subject = Of(PocketAttribute.Subject),
            Size = Of(PocketAttribute.Size),
            Occluder = Of(PocketAttribute.Occluder),
            Action = PocketVocabulary.Actions[(int)action.argmax(1).item<long>()],
            Camera = PocketVocabulary.Cameras[(int)camera.argmax(1).item<long>()],
        };
    }

    /// <summary>Follows a clip: one reading for each <paramref name="every"/>-th frame, from the first to the last.</summary>
    /// <param name="frames">uint8 [F, H, W, 3] on the CPU; borrowed.</param>
    /// <param name="every">1 for each frame.</param>
    public IReadOnlyList<LookReading> Follow(Tensor frames, int every)
    {
        using IDisposable gradients = no_grad();
        List<LookReading> readings = [];
        int[] at = [.. Enumerable.Range(0, ((int)frames.shape[0] + every - 1) / every).Select(i => i * every)];
        foreach (int[] some in at.Chunk(Batch))
        {
            using IDisposable pause = CollectionPause.Begin();
            using IDisposable scope = NewDisposeScope();
            readings.AddRange(Read(frames, some).Looks);
        }

        return readings;
    }

    public void Dispose()
    {
        _net.Dispose();
        _tracks.Dispose();
    }

    private (LookReading[] Looks, Tensor Track) Read(Tensor frames, int[] at)
    {
        int height = (int)frames.shape[1], width = (int)frames.shape[2];
        JudgeView view = _net.Forward(LookTensor.Of(frames, at));
        Tensor logs = cat([.. JudgedAttributes.All.Select(attribute => nn.functional.log_softmax(
            view.Scores.narrow(1, JudgedAttributes.Offset(attribute), JudgedAttributes.Count(attribute)), 1))], 1);
        float[] values = Values(logs), subjects = Values(JudgeView.PlaceOf(view.Subject)), occluders = Values(JudgeView.PlaceOf(view.Occluder));
        LookReading[] looks = [.. at.Select((frame, i) => new LookReading(
            frame, subjects[2 * i] * width, subjects[(2 * i) + 1] * height, occluders[2 * i] * width,
            values[(i * JudgedAttributes.Width)..((i + 1) * JudgedAttributes.Width)]))];
        return (looks, TrackNet.TracksOf(view, clips: 1));
    }

    private static float[] Values(Tensor tensor) => tensor.contiguous().data<float>().ToArray();

    private sealed record Record(double Minutes, int Steps);
}
