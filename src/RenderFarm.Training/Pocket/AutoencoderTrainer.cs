using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Training.World;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RenderFarm.Training.Pocket;

/// <summary>Trains the decoder on crops, most of them around the subject, where the detail is; the encoder is linear and found before.</summary>
internal sealed class AutoencoderTrainer(PocketAutoencoder autoencoder, TrainingOptions options, TrainingCurves curves, Action<string> log)
{
    private const int Batch = 16;
    private const int Frames = 9;
    private const int Edge = 64;
    private const double PeakLearningRate = 1.5e-3;

    /// <summary>What a sampler leaves of noise, and more: the decoder shall forgive it.</summary>
    private const double LatentNoise = 0.05;

    public void Run(TrainingState state)
    {
        Parameter[] trained = [.. autoencoder.parameters().Where(parameter => parameter.requires_grad)];
        using optim.Optimizer optimizer = optim.AdamW(trained, PeakLearningRate, beta2: 0.98, weight_decay: 1e-3);
        using BackgroundSource<float[]> source = new(i => Draw(SeededRandom.For(options.Seed, "autoencoder", i)), state.Step, capacity: 4);
        TrainingClock clock = new(options.AutoencoderMinutes, state.Seconds);
        double shown = 0;
        while (clock.Progress < 1)
        {
            using IDisposable pause = CollectionPause.Begin();
            using IDisposable scope = NewDisposeScope();
            foreach (var group in optimizer.ParamGroups)
            {
                group.LearningRate = clock.LearningRate(PeakLearningRate, state.Step, warmUp: 150);
            }

            Tensor frames = tensor(source.Take(), [Batch, 3, Frames, Edge, Edge]);
            Tensor latents = autoencoder.Encode(frames);
            Tensor? past1 = null, past2 = null;
            Tensor decoded = autoencoder.Decode(latents + (randn_like(latents) * LatentNoise), ref past1, ref past2).slice(2, 3, 3 + Frames, 1);
            Tensor squared = (decoded - frames).square();
            Tensor loss = (squared + 1e-4).sqrt().mean() + squared.mean();
            optimizer.zero_grad();
            loss.backward();
            if (GradientStep.Apply(trained, optimizer))
            {
                double error = squared.mean().item<float>();
                shown = shown == 0 ? error : (0.98 * shown) + (0.02 * error);
            }

            state.Step++;
            state.Seconds = clock.Seconds;
            if (state.Step % 25 == 0)
            {
                curves.Add("autoencoder", state.Step, state.Seconds, loss.item<float>());
                log($"autoencoder step {state.Step} psnr {-10 * Math.Log10(shown / 4):f2} dB loss {loss.item<float>():f4} {clock.Progress:p0}");
            }

            if (state.Step % 250 == 0)
            {
                state.Save();
            }
        }
    }

    private static float[] Draw(Random random)
    {
        float[] batch = new float[Batch * 3 * Frames * Edge * Edge];
        int size = batch.Length / Batch;
        for (int i = 0; i < Batch; i++)
        {
            PocketCaption caption = RandomCaption.Draw(random);
            (int width, int height) = PocketSizes.Draw(random);
            double start = random.NextDouble() * 60;
            Scene scene = new(caption, width, height, random.Next(), start - 1 + (2 * random.NextDouble()));
            int left = random.Next(width - Edge + 1), top = random.Next(height - Edge + 1);
            if (random.NextDouble() < 0.65)
            {
                (float x, float y) = scene.SubjectAt(start + (0.5 * Frames / Scene.Fps));
                left = Math.Clamp((int)x - (Edge / 2) + random.Next(-24, 25), 0, width - Edge);
                top = Math.Clamp((int)y - (Edge / 2) + random.Next(-24, 25), 0, height - Edge);
            }

            FrameBatch.Crop(scene, start, Frames, left, top, Edge, Edge).CopyTo(batch, i * size);
        }

        return batch;
    }
}
