using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Training.World;
using static TorchSharp.torch;

namespace RenderFarm.Training.Pocket;

/// <summary>Trains the autoencoder on crops, most of them around the subject, where the detail is.</summary>
internal sealed class AutoencoderTrainer(PocketAutoencoder autoencoder, TrainingOptions options, Action<string> log)
{
    private const int Batch = 12;
    private const int Frames = 9;
    private const int Edge = 64;
    private const double PeakLearningRate = 1.2e-3;

    public void Run(TrainingState state)
    {
        using optim.Optimizer optimizer = optim.AdamW(autoencoder.parameters(), PeakLearningRate, beta2: 0.98, weight_decay: 1e-3);
        using BackgroundSource<float[]> source = new(i => Draw(new Random(HashCode.Combine(options.Seed, 1, i))), state.Step, capacity: 4);
        TrainingClock clock = new(options.AutoencoderMinutes, state.Seconds);
        double shown = 0;
        while (clock.Progress < 1)
        {
            using IDisposable pause = CollectionPause.Begin();
            using IDisposable scope = NewDisposeScope();
            foreach (var group in optimizer.ParamGroups)
            {
                group.LearningRate = clock.LearningRate(PeakLearningRate, state.Step, warmUp: 100);
            }

            Tensor frames = tensor(source.Take(), [Batch, 3, Frames, Edge, Edge]);
            Tensor latents = autoencoder.Encode(frames);
            Tensor? past1 = null, past2 = null;
            Tensor decoded = autoencoder.Decode(latents + (randn_like(latents) * 0.05), ref past1, ref past2).slice(2, 3, 3 + Frames, 1);
            Tensor error = decoded - frames;
            Tensor loss = (error.square() + 1e-4).sqrt().mean() + (latents.square().mean() * 1e-3);
            optimizer.zero_grad();
            loss.backward();
            if (GradientStep.Apply(autoencoder.parameters(), optimizer))
            {
                double squared = error.square().mean().item<float>();
                shown = shown == 0 ? squared : (0.98 * shown) + (0.02 * squared);
            }

            state.Step++;
            state.Seconds = clock.Seconds;
            if (state.Step % 25 == 0)
            {
                log($"autoencoder step {state.Step} psnr {-10 * Math.Log10(shown / 4):f2} dB loss {loss.item<float>():f4} latent {latents.std().item<float>():f2} {clock.Progress:p0}");
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
            Scene scene = FrameBatch.RandomScene(random);
            double start = random.NextDouble() * 60;
            int left = random.Next(FrameBatch.Width - Edge + 1), top = random.Next(FrameBatch.Height - Edge + 1);
            if (random.NextDouble() < 0.65)
            {
                (float x, float y) = scene.SubjectAt(start + 0.5);
                left = Math.Clamp((int)x - (Edge / 2) + random.Next(-20, 21), 0, FrameBatch.Width - Edge);
                top = Math.Clamp((int)y - (Edge / 2) + random.Next(-20, 21), 0, FrameBatch.Height - Edge);
            }

            FrameBatch.Crop(scene, start, Frames, left, top, Edge, Edge).CopyTo(batch, i * size);
        }

        return batch;
    }
}
