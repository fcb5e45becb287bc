using System.Diagnostics;
using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Diffusion.Noise;
using RenderFarm.Diffusion.Sampling;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Training.Sheets;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RenderFarm.Training.Pocket;

/// <summary>
/// Pictures of what the transformer has learned so far: always the same captions and noise, so that sheets can be laid side by side.
/// </summary>
internal sealed class SampleSheets(string folder, PocketTransformer transformer, PocketAutoencoder autoencoder, Action<string> log)
{
    private const int Steps = 12;
    private const double Shift = 3;
    private const double Guidance = 2;
    private const int AtOnce = 4;
    private const int WindowFrames = 5;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LeastAtTheEnd = TimeSpan.FromMinutes(1);

    private static readonly PocketCaption[] Captions =
    [
        Caption("large", "red", "ball", "bounces", "beach", "day", "clear", "still"),
        Caption("medium", "blue", "car", "rolls", "city", "night", "rain", "follows"),
        Caption("medium", "yellow", "butterfly", "flies", "meadow", "dawn", "clear", "pans"),
        Caption("large", "white", "cat", "stands", "village", "sunset", "snow", "still"),
        Caption("small", "green", "robot", "slides", "desert", "day", "fog", "still") with { Occluder = "pillar" },
        Caption("medium", "pink", "balloon", "floats", "mountains", "sunset", "clear", "pans"),
        Caption("large", "orange", "star", "spins", "forest", "night", "fog", "still") with { SecondColour = "purple", SecondSubject = "cube" },
        Caption("medium", "black", "rocket", "stops", "snowfield", "dawn", "snow", "still"),
    ];

    private readonly Stopwatch _since = Stopwatch.StartNew();

    /// <summary>Draws a sheet when the last one, or the run's beginning, is ten minutes ago; at a stage's end when it is one.</summary>
    /// <param name="stage">Its name begins the file's.</param>
    /// <param name="step">Ends it.</param>
    /// <param name="length">Latent frames of a sample.</param>
    /// <param name="isEnd">Whether the stage ends here.</param>
    public void DrawIfDue(string stage, int step, int length, bool isEnd = false)
    {
        if (_since.Elapsed >= (isEnd ? LeastAtTheEnd : Interval))
        {
            string path = Path.Combine(folder, "sheets", $"{stage}-{step:d6}.png");
            Draw(path, length);
            log($"sample sheet {path}");
            _since.Restart();
        }
    }

    /// <summary>Samples the captions and writes the sheet: a picture each, or a row of a window's frames each.</summary>
    private void Draw(string path, int length)
    {
        using IDisposable pause = CollectionPause.Begin();
        using IDisposable gradients = no_grad();
        using IDisposable scope = NewDisposeScope();
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);

        // A copy, since a network without gradients keeps its casts of weights that go on changing here.
        using PocketTransformer copy = new(ScalarType.BFloat16);
        copy.load_state_dict(transformer.state_dict());
        foreach (Parameter parameter in copy.parameters())
        {
            parameter.requires_grad = false;
        }

        ContactSheet sheet = new(length == 1 ? AtOnce : WindowFrames);
        for (int first = 0; first < Captions.Length; first += AtOnce)
        {
            Tensor latents = Sample(copy, Captions.AsSpan(first, AtOnce), first, length);
            for (int i = 0; i < AtOnce; i++)
            {
                using PocketDecoder decoder = new(autoencoder);
                Tensor frames = decoder.Decode(latents[i]);
                int count = length == 1 ? 1 : WindowFrames;
                for (int frame = 0; frame < count; frame++)
                {
                    Picture picture = Picture.Of(frames, (int)(frame * (frames.shape[0] - 1) / Math.Max(1, count - 1)));
                    sheet.Add(length == 1 ? picture : picture.Halved());
                }
            }
        }

        sheet.Save(path);
    }

    private static PocketCaption Caption(
        string size, string colour, string subject, string action, string place, string time, string weather, string camera) => new()
        {
            Size = size,
            Colour = colour,
            Subject = subject,
            Action = action,
            Place = place,
            Time = time,
            Weather = weather,
            Camera = camera,
        };

    /// <summary>Latents [B, 64, T, h, w] of the first size.</summary>
    private static Tensor Sample(PocketTransformer network, ReadOnlySpan<PocketCaption> captions, int seed, int length)
    {
        (int width, int height) = PocketSizes.All[0];
        int rows = height / PocketAutoencoder.SpatialStride, columns = width / PocketAutoencoder.SpatialStride, count = captions.Length;
        long[] choices = [.. captions.ToArray().SelectMany(PocketReading.ChoicesOf)];
        Tensor said = PocketReading.Sure(tensor(choices, [count, PocketVocabulary.Attributes.Count]));
        Tensor unsaid = PocketReading.Sure(zeros([count, PocketVocabulary.Attributes.Count], ScalarType.Int64));
        Tensor latents = stack([.. Enumerable.Range(seed, count).Select(i => new NoiseField(i, PocketAutoencoder.LatentChannels, rows, columns).Window(0, length))]);
        using FlowMatchEulerSampler sampler = new(Steps, Shift);
        for (int step = 0; step < Steps; step++)
        {
            Tensor timesteps = full([2 * count, length], sampler.Timestep(step));
            Tensor[] velocities = network.Forward(cat([latents, latents]), timesteps, cat([unsaid, said])).chunk(2);
            latents = sampler.Step(step, velocities[0] + ((velocities[1] - velocities[0]) * Guidance), latents);
        }

        return latents;
    }
}
