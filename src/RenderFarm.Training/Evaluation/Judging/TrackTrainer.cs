using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Training.Pocket;
using RenderFarm.Training.World;
using static TorchSharp.torch;

namespace RenderFarm.Training.Evaluation.Judging;

/// <summary>Teaches the judge's sense of time: first its eye, trained and frozen, follows rendered clips; then many passes over their tracks.</summary>
internal sealed class TrackTrainer(JudgeNet net, TrackNet tracks, double minutes, int seed, Action<string> log)
{
    private const int ClipsAtOnce = 4;
    private const int Batch = 64;
    private const int Passes = 60;
    private const int FewestClips = 64;
    private const double PeakLearningRate = 3e-3;
    private const double Jitter = 0.03;

    /// <summary>Follows clips until the minutes are over, then trains.</summary>
    /// <param name="frames">Frames of a clip.</param>
    /// <param name="cancellationToken">Stops it; it then begins anew.</param>
    public void Run(int frames, CancellationToken cancellationToken)
    {
        using IDisposable whole = NewDisposeScope();
        List<Tensor> bank = [];
        List<(long Action, long Camera)> truths = [];
        using (BackgroundSource<RenderedClip[]> source = new(i => Draw(SeededRandom.For(seed, "judge's clips", i), frames), 0, capacity: 2))
        {
            TrainingClock clock = new(minutes, 0);
            while (clock.Progress < 1 || truths.Count < FewestClips)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using IDisposable pause = CollectionPause.Begin();
                using IDisposable gradients = no_grad();
                using IDisposable scope = NewDisposeScope();
                RenderedClip[] clips = source.Take();
                Tensor looks = cat([.. clips.Select(clip => LookTensor.Of(clip.ToTensor(), Judge.LooksOf(frames)))]);
                Tensor followed = TrackNet.TracksOf(net.Forward(LookTensor.SpoilHalf(looks)), clips.Length);
                bank.Add(followed.MoveToOuterDisposeScope());
                truths.AddRange(clips.Select(clip => (Index(clip.Caption, PocketAttribute.Action), Index(clip.Caption, PocketAttribute.Camera))));
                if (truths.Count % 400 == 0)
                {
                    log(FormattableString.Invariant($"judge: {truths.Count} clips followed, {clock.Progress:p0} of the time for it"));
                }
            }
        }

        Train(cat(bank), tensor(truths.Select(truth => truth.Action).ToArray()), tensor(truths.Select(truth => truth.Camera).ToArray()));
    }

    private static long Index(PocketCaption caption, PocketAttribute attribute) => JudgedAttributes.IndexOf(attribute, caption[attribute]);

    /// <summary>Clips of one size, each of a scene of its own; only the frames that are looked at.</summary>
    private static RenderedClip[] Draw(Random random, int frames)
    {
        (int width, int height) = PocketSizes.Draw(random);
        RenderedClip[] clips = new RenderedClip[ClipsAtOnce];
        for (int i = 0; i < clips.Length; i++)
        {
            PocketCaption caption = HeldOutCaption.Draw(random, extras: random.NextDouble() < 0.3);
            Scene scene = new(caption, width, height, random.Next());
            clips[i] = RenderedClip.Render(caption, scene, width, height, random.NextDouble() * 60, frames, Look.Near);
        }

        return clips;
    }

    private void Train(Tensor bank, Tensor actions, Tensor cameras)
    {
        using optim.Optimizer optimizer = optim.AdamW(tracks.parameters(), PeakLearningRate, beta2: 0.98, weight_decay: 1e-2);
        int count = (int)bank.shape[0], batch = Math.Min(Batch, count), steps = Passes * (count / batch);
        tracks.train();
        double right = 0;
        for (int step = 0; step < steps; step++)
        {
            using IDisposable pause = CollectionPause.Begin();
            using IDisposable scope = NewDisposeScope();
            foreach (var group in optimizer.ParamGroups)
            {
                group.LearningRate = PeakLearningRate * Math.Min(1, (step + 1) / 50.0) * (0.02 + (0.49 * (1 + Math.Cos(Math.PI * step / steps))));
            }

            Tensor chosen = randint(count, [batch], ScalarType.Int64);
            Tensor own = bank.index_select(0, chosen);
            (Tensor action, Tensor camera) = tracks.Forward(own + (randn_like(own) * Jitter));
            Tensor loss = nn.functional.cross_entropy(action, actions.index_select(0, chosen)) + nn.functional.cross_entropy(camera, cameras.index_select(0, chosen));
            optimizer.zero_grad();
            loss.backward();
            GradientStep.Apply(tracks.parameters(), optimizer);
            if (step >= steps * 9 / 10)
            {
                right += action.argmax(1).eq(actions.index_select(0, chosen)).to_type(ScalarType.Float32).mean().item<float>() / (steps - (steps * 9 / 10));
            }
        }

        tracks.eval();
        log(FormattableString.Invariant($"judge: {count} clips learned, actions right in {right:p1} of them"));
    }
}
