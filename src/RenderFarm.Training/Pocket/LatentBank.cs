using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Training.World;
using static TorchSharp.torch;

namespace RenderFarm.Training.Pocket;

/// <summary>Encoded clips with their captions, in memory, normalised per channel.</summary>
internal sealed class LatentBank : IDisposable
{
    /// <summary>Latent frames a clip: a window and one more, so that windows begin at a film's first frame or after it.</summary>
    public const int ClipLength = 9;

    private LatentBank(Tensor latents, Tensor captions, Tensor mean, Tensor deviation) =>
        (Latents, Captions, Mean, Deviation) = (latents, captions, mean, deviation);

    /// <summary>[N, 32, 9, 7, 12], normalised.</summary>
    public Tensor Latents { get; }

    /// <summary>Ids, [N, attributes].</summary>
    public Tensor Captions { get; }

    /// <summary>Per channel, [32].</summary>
    public Tensor Mean { get; }

    /// <summary>Per channel, [32].</summary>
    public Tensor Deviation { get; }

    /// <summary>Takes the bank from its file, or renders and encodes it.</summary>
    public static LatentBank Open(string path, PocketAutoencoder autoencoder, TrainingOptions options, Action<string> log)
    {
        if (!File.Exists(path + ".deviation"))
        {
            Build(path, autoencoder, options, log);
        }

        return new LatentBank(load(path), load(path + ".captions"), load(path + ".mean"), load(path + ".deviation"));
    }

    public void Dispose()
    {
        Latents.Dispose();
        Captions.Dispose();
        Mean.Dispose();
        Deviation.Dispose();
    }

    private static void Build(string path, PocketAutoencoder autoencoder, TrainingOptions options, Action<string> log)
    {
        using IDisposable gradients = no_grad();
        using IDisposable scope = NewDisposeScope();
        int frames = ((ClipLength - 1) * PocketAutoencoder.TemporalStride) + 1;
        using BackgroundSource<(float[] Frames, long[] Caption)> source = new(
            i =>
            {
                Random random = new(HashCode.Combine(options.Seed, 2, i));
                Scene scene = FrameBatch.RandomScene(random);
                return (FrameBatch.Clip(scene, random.NextDouble() * 60, frames), PocketTokenizer.Encode(scene.Caption.ToString()));
            },
            first: 0,
            capacity: 8);
        Tensor latents = zeros([options.Clips, PocketAutoencoder.LatentChannels, ClipLength, FrameBatch.Height / 16, FrameBatch.Width / 16]);
        Tensor captions = zeros([options.Clips, PocketTokenizer.Length], ScalarType.Int64);
        for (int i = 0; i < options.Clips; i++)
        {
            using IDisposable pause = CollectionPause.Begin();
            using IDisposable clip = NewDisposeScope();
            (float[] pixels, long[] caption) = source.Take();
            latents[i] = autoencoder.Encode(tensor(pixels, [1, 3, frames, FrameBatch.Height, FrameBatch.Width]))[0];
            captions[i] = tensor(caption);
            if ((i + 1) % 250 == 0)
            {
                log($"bank {i + 1} of {options.Clips} clips");
            }
        }

        Tensor mean = latents.mean([0, 2, 3, 4]), deviation = latents.std([0, 2, 3, 4]);
        latents.sub_(mean.view(1, -1, 1, 1, 1)).div_(deviation.view(1, -1, 1, 1, 1));
        latents.save(path);
        captions.save(path + ".captions");
        mean.save(path + ".mean");
        deviation.save(path + ".deviation");
    }
}
