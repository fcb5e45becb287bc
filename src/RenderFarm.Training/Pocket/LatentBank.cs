using System.Text.Json;
using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Training.World;
using static TorchSharp.torch;

namespace RenderFarm.Training.Pocket;

/// <summary>Encoded clips of one frame size with what they show, in memory.</summary>
internal sealed class LatentBank : IDisposable
{
    /// <summary>Latent frames a clip: more than a window, so that windows begin at a film's first frame or after it.</summary>
    public const int ClipLength = 12;

    private LatentBank(Tensor latents, IReadOnlyList<BankClip> clips) => (Latents, Clips) = (latents, clips);

    /// <summary>bfloat16 [N, 64, 12, h, w].</summary>
    public Tensor Latents { get; }

    public IReadOnlyList<BankClip> Clips { get; }

    /// <summary>Takes the bank from its file, or renders and encodes it.</summary>
    /// <param name="folder">Where banks are.</param>
    /// <param name="size">Of the frames, in pixels.</param>
    /// <param name="spacing">Latent frames of the scene from one of a clip's to the next: 1, or a keyframe's distance.</param>
    /// <param name="clips">How many, where there is none yet.</param>
    /// <param name="autoencoder">Encodes.</param>
    /// <param name="seed">Of the scenes.</param>
    /// <param name="log">Told of progress.</param>
    public static LatentBank Open(
        string folder, (int Width, int Height) size, int spacing, int clips, PocketAutoencoder autoencoder, int seed, Action<string> log)
    {
        string path = Path.Combine(folder, $"bank-{size.Width}x{size.Height}-{seed}{(spacing == 1 ? "" : $"-every-{spacing}")}");
        if (!File.Exists(path + ".json"))
        {
            Build(path, size, spacing, clips, autoencoder, seed, log);
        }

        return new LatentBank(load(path), JsonSerializer.Deserialize<BankClip[]>(File.ReadAllText(path + ".json"))!);
    }

    public void Dispose() => Latents.Dispose();

    private static void Build(
        string path, (int Width, int Height) size, int spacing, int count, PocketAutoencoder autoencoder, int seed, Action<string> log)
    {
        using Tensor latents = zeros(
            [count, PocketAutoencoder.LatentChannels, ClipLength, size.Height / PocketAutoencoder.SpatialStride, size.Width / PocketAutoencoder.SpatialStride],
            ScalarType.BFloat16);
        BankClip[] clips = new BankClip[count];
        object gate = new();
        int done = 0;
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            Random random = SeededRandom.For(seed, "bank", i, size.Width, size.Height, spacing);
            double start = random.NextDouble() * 60, eventAt = (-1.2 + (4.8 * random.NextDouble())) * spacing;
            Scene scene = new(RandomCaption.Draw(random), size.Width, size.Height, random.Next(), start + eventAt);
            int[] frames = FramesOf(spacing);
            float[] pixels = FrameBatch.Whole(scene, start, frames, size.Width, size.Height);
            int[] facings = [.. Enumerable.Range(0, ClipLength).Select(k =>
                scene.FacingAt(start + (k * spacing * PocketAutoencoder.TemporalStride / (double)Scene.Fps)))];
            CellBox[] boxes = [.. Enumerable.Range(0, ClipLength).Select(k => CellBox.Of(
                scene, TimeOf(frames[FirstFrameOf(k)]), TimeOf(frames[k * PocketAutoencoder.TemporalStride]), size.Width, size.Height))];
            lock (gate)
            {
                using IDisposable pause = CollectionPause.Begin();
                using IDisposable gradients = no_grad();
                using IDisposable clip = NewDisposeScope();
                latents[i] = autoencoder.Encode(tensor(pixels, [1, 3, frames.Length, size.Height, size.Width]))[0].to_type(ScalarType.BFloat16);
                clips[i] = new BankClip(scene.Caption, eventAt, spacing, facings, boxes);
                if (++done % 250 == 0)
                {
                    log($"bank {Path.GetFileName(path)}: {done} of {count} clips");
                }
            }

            double TimeOf(int frame) => start + (frame / (double)Scene.Fps);
        });
        latents.save(path);
        File.WriteAllText(path + ".json.part", JsonSerializer.Serialize(clips));
        File.Move(path + ".json.part", path + ".json", overwrite: true);
    }

    /// <summary>The first of the frames that a latent frame of the clip encodes.</summary>
    private static int FirstFrameOf(int latentFrame) => Math.Max(0, ((latentFrame - 1) * PocketAutoencoder.TemporalStride) + 1);

    /// <summary>The scene's frames that a clip encodes: the first alone, then those of every latent frame. The encoder looks no further.</summary>
    private static int[] FramesOf(int spacing) =>
    [
        0,
        .. Enumerable.Range(1, ClipLength - 1).SelectMany(k => Enumerable.Range(
            (k * spacing * PocketAutoencoder.TemporalStride) - PocketAutoencoder.TemporalStride + 1, PocketAutoencoder.TemporalStride)),
    ];
}
