using RenderFarm.Diffusion.Models;
using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Errors;
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
        catalogue.VerifyFiles("pocket", TestContext.Current.CancellationToken);
        using IVideoModel model = VideoModelLoader.Load(catalogue.Find("pocket"), catalogue.Folder("pocket"), CPU);
        using Tensor latents = randn(PocketAutoencoder.LatentChannels, 8, 10, 16), timesteps = full([8], 900f);
        using Conditioning text = model.EncodeText("a red ball", "");
        using Tensor predicted = model.Predict(latents, timesteps, text, 3, 1);
        Assert.Equal(latents.shape, predicted.shape);
    }

    [Fact]
    public void Run_FromAModel_BeginsWithItsWeightsAndTrainsItsWindowsAlone()
    {
        string run = Path.Combine(_root, "run"), model = Path.Combine(_root, "pocket"), second = Path.Combine(_root, "second");
        TrainingOptions options = new() { Folder = run, TextMinutes = 0.02, AutoencoderMinutes = 0.02, StillMinutes = 0.02, WindowMinutes = 0.02, Clips = 4 };
        new PocketTrainer(options, _ => { }).Run();
        PocketExporter.Export(run, model);
        new PocketTrainer(options with { Folder = second, From = model }, _ => { }).Run();
        string again = Path.Combine(_root, "again");
        PocketExporter.Export(second, again);

        foreach (string same in (string[])[PocketWeights.VocabularyFile, PocketWeights.TextEncoderFile, PocketWeights.AutoencoderFile])
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(model, same)), File.ReadAllBytes(Path.Combine(again, same)));
        }

        Assert.NotEqual(
            File.ReadAllBytes(Path.Combine(model, PocketWeights.TransformerFile)), File.ReadAllBytes(Path.Combine(again, PocketWeights.TransformerFile)));
    }

    [Fact]
    public void Run_FromAFolderThatIsNoModel_IsRefused()
    {
        TrainingOptions options = new() { Folder = Path.Combine(_root, "run"), From = _root };
        RenderFarmException exception = Assert.Throws<RenderFarmException>(() => new PocketTrainer(options, _ => { }).Run());
        Assert.Equal(ErrorCodes.InvalidModel, exception.Code);
        Assert.Contains(_root, exception.Message, StringComparison.Ordinal);
    }
}
