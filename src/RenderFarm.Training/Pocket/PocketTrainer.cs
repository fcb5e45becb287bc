using RenderFarm.Diffusion.Models.Pocket;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RenderFarm.Training.Pocket;

/// <summary>Makes pocket: autoencoder, bank of latents, transformer on stills and then on windows. A run is resumed where it stopped.</summary>
public sealed class PocketTrainer(TrainingOptions options, Action<string> log)
{
    private const double PeakLearningRate = 1e-3;
    private const int StillBatch = 48;
    private const int WindowBatch = 8;

    /// <summary>Window length in latent frames that pocket is trained on.</summary>
    public const int WindowLength = 8;

    /// <summary>Runs every stage that is not done.</summary>
    public void Run()
    {
        Directory.CreateDirectory(options.Folder);
        set_num_threads(options.Threads);
        random.manual_seed(options.Seed);
        using PocketAutoencoder autoencoder = new(ScalarType.BFloat16);
        TrainingState autoencoderState = new(Path.Combine(options.Folder, "autoencoder"), autoencoder);
        autoencoderState.Load();
        new AutoencoderTrainer(autoencoder, options, log).Run(autoencoderState);
        autoencoderState.Save();
        Freeze(autoencoder);

        using LatentBank bank = LatentBank.Open(Path.Combine(options.Folder, "bank"), autoencoder, options, log);
        using PocketTransformer transformer = new(ScalarType.BFloat16), average = new(ScalarType.BFloat16);
        average.load_state_dict(transformer.state_dict());
        Freeze(average);
        TransformerTrainer trainer = new(transformer, average, bank, options, log);
        Stage(trainer, transformer, average, "still", 1, StillBatch, options.StillMinutes, PeakLearningRate);
        Stage(trainer, transformer, average, "window", WindowLength, WindowBatch, options.WindowMinutes, PeakLearningRate * 0.6);
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

        trainer.Run(state, averageState, length, batch, minutes, peak);
    }

    private static void Freeze(nn.Module module)
    {
        foreach (Parameter parameter in module.parameters())
        {
            parameter.requires_grad = false;
        }
    }
}
