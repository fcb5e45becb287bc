using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Errors;
using static TorchSharp.torch;

namespace RenderFarm.Training.Pocket;

/// <summary>Begins a run with a model's weights: every stage but that of windows counts as done.</summary>
internal static class PocketBeginning
{
    /// <summary>Fills a new run's folder.</summary>
    /// <param name="model">The model's folder.</param>
    /// <param name="options">The run's.</param>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/> when the folder holds no pocket.</exception>
    public static void Take(string model, TrainingOptions options)
    {
        string vocabulary = Path.Combine(model, PocketWeights.VocabularyFile);
        if (!File.Exists(vocabulary))
        {
            throw new RenderFarmException(ErrorCodes.InvalidModel, $"{model} is no pocket to begin with: it has no {PocketWeights.VocabularyFile}");
        }

        using PocketTextEncoder textEncoder = new(new PocketTokenizer(vocabulary).Size);
        using PocketAutoencoder autoencoder = new(ScalarType.Float32);
        using PocketTransformer transformer = new(ScalarType.Float32);
        Take(textEncoder, PocketWeights.TextEncoderFile, options.TextMinutes, "text");
        Take(autoencoder, PocketWeights.AutoencoderFile, options.AutoencoderMinutes, "autoencoder");
        Take(transformer, PocketWeights.TransformerFile, options.StillMinutes, "still", "still-average");
        Take(transformer, PocketWeights.TransformerFile, 0, "window", "window-average");

        // Last: a run without it is begun again.
        File.Copy(vocabulary, Path.Combine(options.Folder, PocketWeights.VocabularyFile));

        void Take(nn.Module module, string file, double minutes, params string[] states)
        {
            string path = Path.Combine(model, file);
            using SafetensorsFile weights = SafetensorsFile.Open(path);
            PocketWeights.Load(module, weights, path);
            foreach (string state in states)
            {
                new TrainingState(Path.Combine(options.Folder, state), module) { Seconds = 60 * minutes }.Save();
            }
        }
    }
}
