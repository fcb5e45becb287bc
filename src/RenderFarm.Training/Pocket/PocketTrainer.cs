using RenderFarm.Diffusion.Models.Pocket;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RenderFarm.Training.Pocket;

/// <summary>Makes pocket: text encoder, autoencoder, banks of latents, transformer on stills and then on windows. A run is resumed where it stopped.</summary>
public sealed class PocketTrainer(TrainingOptions options, Action<string> log)
{
    private const double StillLearningRate = 2e-3;
    private const int StillBatch = 48;
    private const int WindowBatch = 8;

    /// <summary>Window length in latent frames that pocket is trained on.</summary>
    public const int WindowLength = 8;

    /// <summary>Latent frames that neighbouring windows share.</summary>
    public const int Overlap = 2;

    /// <summary>Clips of the bank of keyframes for one of the others.</summary>
    private const double KeyframeClips = 0.2;

    private readonly TrainingCurves _curves = new(options.Folder);

    /// <summary>Runs every stage that is not done.</summary>
    public void Run()
    {
        Directory.CreateDirectory(options.Folder);
        set_num_threads(Environment.ProcessorCount);
        random.manual_seed(options.Seed);
        if (options.From is { } model && !File.Exists(Path.Combine(options.Folder, PocketWeights.VocabularyFile)))
        {
            log($"beginning with the weights of {model}");
            PocketBeginning.Take(model, options);
        }

        TrainTextEncoder();
        using PocketAutoencoder autoencoder = new(ScalarType.BFloat16);
        TrainAutoencoder(autoencoder);
        TrainTransformer(autoencoder);
    }

    private void TrainTextEncoder()
    {
        string vocabulary = Path.Combine(options.Folder, PocketWeights.VocabularyFile);
        if (!File.Exists(vocabulary))
        {
            File.WriteAllLines(vocabulary, PocketTokenizer.VocabularyOf(TextTrainer.Words()));
        }

        PocketTokenizer tokenizer = new(vocabulary);
        using PocketTextEncoder encoder = new(tokenizer.Size);
        TrainingState state = new(Path.Combine(options.Folder, "text"), encoder);
        state.Load();
        new TextTrainer(encoder, tokenizer, options, _curves, log).Run(state);
        state.Save();
    }

    private void TrainAutoencoder(PocketAutoencoder autoencoder)
    {
        TrainingState state = new(Path.Combine(options.Folder, "autoencoder"), autoencoder);
        if (state.Load())
        {
            autoencoder.FreezeBasis();
        }
        else
        {
            log("autoencoder: finding the principal components");
            BasisFinder.Find(autoencoder, options.Seed);
            state.Save();
        }

        new AutoencoderTrainer(autoencoder, options, _curves, log).Run(state);
        state.Save();
        Freeze(autoencoder);
    }

    private void TrainTransformer(PocketAutoencoder autoencoder)
    {
        LatentBank[] banks = [.. PocketSizes.All.Select((size, i) => LatentBank.Open(
            options.Folder, size, 1, Count(PocketSizes.Shares[i]), autoencoder, options.BankSeed, log))];
        using LatentBank keyframes = LatentBank.Open(
            options.Folder, PocketSizes.All[0], TransformerTrainer.KeyframeSpacing, Count(KeyframeClips), autoencoder, options.BankSeed, log);
        try
        {
            using PocketTransformer transformer = new(ScalarType.BFloat16), average = new(ScalarType.BFloat16);
            average.load_state_dict(transformer.state_dict());
            Freeze(average);
            SampleSheets sheets = new(options.Folder, average, autoencoder, log);
            TransformerTrainer trainer = new(transformer, average, banks, keyframes, options, _curves, sheets, log);
            Stage(trainer, transformer, average, "still", 1, StillBatch, options.StillMinutes, StillLearningRate);
            Stage(trainer, transformer, average, "window", WindowLength, WindowBatch, options.WindowMinutes, options.LearningRate);
        }
        finally
        {
            Array.ForEach(banks, bank => bank.Dispose());
        }

        int Count(double share) => Math.Max(1, (int)(options.Clips * share));
    }

    private void Stage(
        TransformerTrainer trainer, PocketTransformer transformer, PocketTransformer average, string name, int length, int batch, double minutes, double peak)
    {
        TrainingState state = new(Path.Combine(options.Folder, name), transformer);
        TrainingState averageState = new(Path.Combine(options.Folder, name + "-average"), average);
        if (state.Load())
        {
            averageState.Load();
        }

        trainer.Run(name, state, averageState, length, batch, minutes, peak);
    }

    private static void Freeze(nn.Module module)
    {
        foreach (Parameter parameter in module.parameters())
        {
            parameter.requires_grad = false;
        }
    }
}
