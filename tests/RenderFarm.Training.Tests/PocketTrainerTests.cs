using RenderFarm.Diffusion.Models;
using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Training.Pocket;
using static TorchSharp.torch;

namespace RenderFarm.Training.Tests;

public sealed class PocketTrainerTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("renderfarm-train-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Run_OfEveryStage_EndsInAModelThatLoadsAndARunThatIsNotBegunAgain()
    {
        string run = Path.Combine(_root, "run"), models = Path.Combine(_root, "models");
        TrainingOptions options = new() { Folder = run, TextMinutes = 0.02, AutoencoderMinutes = 0.02, StillMinutes = 0.02, WindowMinutes = 0.02, Clips = 4 };
        new PocketTrainer(options, _ => { }).Run();
        byte[] trained = File.ReadAllBytes(Path.Combine(run, "window"));
        new PocketTrainer(options, _ => { }).Run();
        Assert.Equal(trained, File.ReadAllBytes(Path.Combine(run, "window")));

        PocketExporter.Export(run, Path.Combine(models, "pocket"));
        ModelCatalogue catalogue = new(models);
        catalogue.VerifyFiles("pocket");
        using IVideoModel model = VideoModelLoader.Load(catalogue.Find("pocket"), catalogue.Folder("pocket"), CPU);
        using Tensor latents = randn(PocketAutoencoder.LatentChannels, 8, 10, 16), timesteps = full([8], 900f);
        using Conditioning text = model.EncodeText("a red ball", "");
        using Tensor predicted = model.Predict(latents, timesteps, text, 3, 1);
        Assert.Equal(latents.shape, predicted.shape);
    }
}
