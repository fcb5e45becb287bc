using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Training.Pocket;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RenderFarm.Training.Evaluation.Judging;

/// <summary>Teaches the judge's eye what rendered looks show.</summary>
internal sealed class JudgeTrainer(JudgeNet net, double minutes, int seed, Action<string> log)
{
    private const int Batch = 32;
    private const double PeakLearningRate = 2e-3;
    private const double MapWeight = 0.5;
    private const double MotionWeight = 2;

    /// <summary>Trains until the minutes are over; a stopped training goes on.</summary>
    public void Run(TrainingState state, CancellationToken cancellationToken)
    {
        Parameter[] all = [.. net.parameters()], matrices = [.. net.Matrices()];
        HashSet<Parameter> taken = [.. matrices];
        using Muon muon = new(matrices);
        using optim.Optimizer optimizer = optim.AdamW(all.Where(parameter => !taken.Contains(parameter)), PeakLearningRate, beta2: 0.98, weight_decay: 1e-2);
        using BackgroundSource<LookBatch> source = new(i => LookBatch.Draw(SeededRandom.For(seed, "judge", i), Batch), state.Step, capacity: 2);
        TrainingClock clock = new(minutes, state.Seconds);
        while (clock.Progress < 1 && !cancellationToken.IsCancellationRequested)
        {
            using IDisposable pause = CollectionPause.Begin();
            using IDisposable scope = NewDisposeScope();
            double rate = clock.LearningRate(PeakLearningRate, state.Step, warmUp: 50);
            foreach (var group in optimizer.ParamGroups)
            {
                group.LearningRate = rate;
            }

            LookBatch batch = source.Take();
            JudgeView view = net.Forward(LookTensor.SpoilHalf(LookTensor.Of(batch)));
            (Tensor loss, double[] right) = Compare(view, batch);
            optimizer.zero_grad();
            foreach (Parameter matrix in matrices)
            {
                matrix.grad?.zero_();
            }

            loss.backward();
            if (GradientStep.Clip(all))
            {
                optimizer.step();
                muon.Step(rate);
            }

            state.Step++;
            state.Seconds = clock.Seconds;
            if (state.Step % 20 == 0)
            {
                string shares = string.Join(' ', JudgedAttributes.All.Select((attribute, i) => $"{attribute.ToString().ToLowerInvariant()} {right[i]:p0}"));
                log(FormattableString.Invariant($"judge: step {state.Step}, loss {loss.item<float>():f3}, {shares}, {clock.Progress:p0} of its time"));
            }

            if (state.Step % 200 == 0)
            {
                state.Save();
            }
        }

        state.Save();
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>The loss, and the share of looks that each attribute is right in.</summary>
    private static (Tensor Loss, double[] Right) Compare(JudgeView view, LookBatch batch)
    {
        int count = batch.Truths.Length, attributes = JudgedAttributes.All.Count;
        Tensor choices = tensor(batch.Truths.SelectMany(truth => truth.Choices).ToArray(), [count, attributes]);
        Tensor motion = tensor(batch.Truths.SelectMany(truth => truth.Motion).ToArray(), [count, LookTruth.MotionWidth]);
        Tensor loss = nn.functional.smooth_l1_loss(view.Motion, motion, beta: 0.1) * MotionWeight;
        double[] right = new double[attributes];
        for (int i = 0; i < attributes; i++)
        {
            PocketAttribute attribute = JudgedAttributes.All[i];
            Tensor scores = view.Scores.narrow(1, JudgedAttributes.Offset(attribute), JudgedAttributes.Count(attribute));
            Tensor truth = choices.select(1, i);
            loss += nn.functional.cross_entropy(scores, truth);
            right[i] = scores.argmax(1).eq(truth).to_type(ScalarType.Float32).mean().item<float>();
        }

        return (loss + (MapWeight * (MapLoss(view.Subject, batch, truth => (truth.X, truth.Y)) + MapLoss(view.Occluder, batch, truth => truth.Occluder is { } x ? (x, 0.5f) : null))), right);
    }

    /// <summary>Cross entropy of a map with the place that it shall show, over the looks that have one.</summary>
    private static Tensor MapLoss(Tensor map, LookBatch batch, Func<LookTruth, (float Across, float Down)?> placeOf)
    {
        int rows = (int)map.shape[1], columns = (int)map.shape[2], shown = 0;
        float[] marks = new float[batch.Truths.Length * rows * columns];
        for (int i = 0; i < batch.Truths.Length; i++)
        {
            if (placeOf(batch.Truths[i]) is { } place)
            {
                JudgeView.Mark(marks.AsSpan(i * rows * columns, rows * columns), rows, columns, place.Across, place.Down);
                shown++;
            }
        }

        Tensor logits = nn.functional.log_softmax(map.reshape(batch.Truths.Length, rows * columns), 1);
        return -(logits * tensor(marks, [batch.Truths.Length, rows * columns])).sum() / Math.Max(1, shown);
    }
}
