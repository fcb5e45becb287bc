using System.Security.Cryptography;
using RenderFarm.Diffusion.Models;
using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Jobs;
using RenderFarm.Models;
using RenderFarm.Training.World;
using static TorchSharp.torch;

namespace RenderFarm.Training.Pocket;

/// <summary>Writes a trained pocket as a model folder: weights and <c>model.json</c> with their hashes.</summary>
public static class PocketExporter
{
    /// <summary>Exports what a training run has reached: the averaged transformer of the furthest stage.</summary>
    /// <param name="run">The training run's folder.</param>
    /// <param name="folder">The model's folder; made where it is not there.</param>
    public static void Export(string run, string folder)
    {
        Directory.CreateDirectory(folder);
        string vocabulary = Path.Combine(folder, PocketWeights.VocabularyFile);
        File.Copy(Path.Combine(run, PocketWeights.VocabularyFile), vocabulary, overwrite: true);
        using PocketTextEncoder textEncoder = new(new PocketTokenizer(vocabulary).Size);
        using PocketAutoencoder autoencoder = new(ScalarType.Float32);
        using PocketTransformer transformer = new(ScalarType.Float32);
        textEncoder.load(Path.Combine(run, "text"));
        autoencoder.load(Path.Combine(run, "autoencoder"));
        string window = Path.Combine(run, "window-average");
        transformer.load(File.Exists(window) ? window : Path.Combine(run, "still-average"));
        PocketWeights.Save(textEncoder, Path.Combine(folder, PocketWeights.TextEncoderFile));
        PocketWeights.Save(autoencoder, Path.Combine(folder, PocketWeights.AutoencoderFile));
        PocketWeights.Save(transformer, Path.Combine(folder, PocketWeights.TransformerFile));
        File.WriteAllText(Path.Combine(folder, ModelFile.Name), ModelFile.ToJson(Describe(folder)));
    }

    private static ModelDescriptor Describe(string folder) => new()
    {
        Name = "pocket",
        Family = "pocket",
        Licence = "Apache-2.0",
        LatentChannels = PocketAutoencoder.LatentChannels,
        SpatialStride = PocketAutoencoder.SpatialStride,
        TemporalStride = PocketAutoencoder.TemporalStride,
        Fps = Scene.Fps,
        Sizes = [.. PocketSizes.All.Select(size => new FrameSize(size.Width, size.Height))],
        WindowLength = PocketTrainer.WindowLength,
        Overlap = PocketTrainer.Overlap,
        MaxSeconds = 600,
        Sampler = SamplerKind.UniPC,
        Steps = 16,
        Shift = 3,
        Guidance = 2,
        StartImage = StartImageUse.Optional,
        Strategy = Strategy.Relay,
        StepFlops = 20e9,
        Files = new[] { PocketWeights.VocabularyFile, PocketWeights.TextEncoderFile, PocketWeights.AutoencoderFile, PocketWeights.TransformerFile }
            .ToDictionary(name => name, name => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, name))))),
    };
}
