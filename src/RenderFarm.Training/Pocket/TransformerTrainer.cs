using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Diffusion.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RenderFarm.Training.Pocket;

/// <summary>
/// Trains the transformer by flow matching (arXiv 2210.02747) with a timestep for each latent frame: in half of the windows some
/// frames are clean, at timestep 0 and out of the loss.
/// </summary>
internal sealed class TransformerTrainer(PocketTransformer transformer, PocketTransformer average, LatentBank bank, TrainingOptions options, Action<string> log)
{
    private const double CaptionDropOut = 0.1;
    private const int StepsPerFollow = 4;

    /// <summary>Trains on windows of a length: 1 for stills.</summary>
    public void Run(TrainingState state, TrainingState averageState, int length, int batch, double minutes, double peak)
    {
        using optim.Optimizer optimizer = optim.AdamW(transformer.parameters(), peak, beta2: 0.98, weight_decay: 1e-2);
        Random random = new(HashCode.Combine(options.Seed, length, state.Step));
        TrainingClock clock = new(minutes, state.Seconds);
        double shown = 0;
        while (clock.Progress < 1)
        {
            using IDisposable pause = CollectionPause.Begin();
            using IDisposable scope = NewDisposeScope();
            foreach (var group in optimizer.ParamGroups)
            {
                group.LearningRate = clock.LearningRate(peak, state.Step, warmUp: 150);
            }

            (Tensor clean, Tensor captions) = Draw(random, length, batch);
            Tensor sigmas = DrawSigmas(random, length, batch);
            Tensor weights = sigmas.gt(0).to_type(ScalarType.Float32);
            Tensor noise = randn_like(clean);
            Tensor sigma = sigmas.view(batch, 1, length, 1, 1);
            Tensor noisy = ((1 - sigma) * clean) + (sigma * noise);
            Tensor predicted = transformer.Forward(noisy, sigmas * 1000, captions);
            Tensor loss = ((predicted - (noise - clean)).square().mean([1, 3, 4]) * weights).sum() / weights.sum();
            optimizer.zero_grad();
            loss.backward();
            if (GradientStep.Apply(transformer.parameters(), optimizer))
            {
                double value = loss.item<float>();
                shown = shown == 0 ? value : (0.98 * shown) + (0.02 * value);
            }

            if (state.Step % StepsPerFollow == 0)
            {
                Follow(state.Step < 1000 ? 0.95 : 0.99);
            }

            state.Step++;
            state.Seconds = clock.Seconds;
            if (state.Step % 25 == 0)
            {
                log($"transformer x{length} step {state.Step} loss {shown:f4} {clock.Progress:p1}");
            }

            if (state.Step % 100 == 0)
            {
                state.Save();
                averageState.Save();
            }
        }

        state.Save();
        averageState.Save();
    }

    private (Tensor Clean, Tensor Captions) Draw(Random random, int length, int batch)
    {
        Tensor[] clips = new Tensor[batch], captions = new Tensor[batch];
        for (int i = 0; i < batch; i++)
        {
            int clip = random.Next(options.Clips), start = random.Next(LatentBank.ClipLength - length + 1);
            clips[i] = bank.Latents[clip].slice(1, start, start + length, 1);
            captions[i] = random.NextDouble() < CaptionDropOut ? zeros_like(bank.Captions[clip]) : bank.Captions[clip];
        }

        return (stack(clips), stack(captions));
    }

    /// <summary>Noise levels [B, T] in (0, 1): logit-normal, moved towards noise by a shift of 2; 0 for clean frames.</summary>
    private static Tensor DrawSigmas(Random random, int length, int batch)
    {
        float[] sigmas = new float[batch * length];
        for (int i = 0; i < batch; i++)
        {
            double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            double sigma = 1 / (1 + Math.Exp(-normal));
            sigma = 2 * sigma / (1 + sigma);
            sigmas.AsSpan(i * length, length).Fill((float)sigma);
            if (length > 1 && random.NextDouble() < 0.5)
            {
                int before = random.Next((length / 2) + 1), after = random.NextDouble() < 0.3 ? random.Next((length / 2) + 1) : 0;
                if (before + after < length)
                {
                    sigmas.AsSpan(i * length, before).Clear();
                    sigmas.AsSpan(((i + 1) * length) - after, after).Clear();
                }
            }
        }

        return tensor(sigmas, [batch, length]);
    }

    private void Follow(double decay)
    {
        using IDisposable gradients = no_grad();
        using IDisposable scope = NewDisposeScope();
        foreach ((Parameter slow, Parameter fast) in average.parameters().Zip(transformer.parameters()))
        {
            slow.mul_(decay).add_(fast, 1 - decay);
        }
    }
}
