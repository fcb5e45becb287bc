using System.Security.Cryptography;
using RenderFarm.Diffusion.Models;
using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Diffusion.Plans;
using RenderFarm.Jobs;
using RenderFarm.Models;
using RenderFarm.Plans;
using RenderFarm.Storyboards;
using static TorchSharp.torch;

namespace RenderFarm.Rendering.Tests;

/// <summary>pocket itself with random weights, as a model folder: windows of six latent frames of 2 x 2 cells.</summary>
public sealed class PocketFolder : IDisposable
{
    public const string Model = "pocket";

    public PocketFolder()
    {
        Root = Directory.CreateTempSubdirectory("renderfarm-models-").FullName;
        string folder = Path.Combine(Root, Model);
        Directory.CreateDirectory(folder);
        WriteWeights(folder);
        File.WriteAllText(Path.Combine(folder, ModelFile.Name), ModelFile.ToJson(Describe(folder)));
        Catalogue = new ModelCatalogue(Root);
    }

    public string Root { get; }

    public ModelCatalogue Catalogue { get; }

    public string Transformer => Path.Combine(Root, Model, PocketWeights.TransformerFile);

    /// <summary>A plan of <paramref name="windows"/> windows of the film and as many shots, or <paramref name="shots"/>, each with a caption of its own.</summary>
    public RenderPlan Plan(int windows, Func<JobSpec, JobSpec>? change = null, int? shots = null)
    {
        // Windows of 6 that overlap by 2: 4 latent frames each and 2 more, of 4 frames but the first; 2 frames fall away at the end.
        int latentFrames = (4 * windows) + 2;
        var spec = new JobSpec { Prompt = "films", Model = Model, Seed = 11, Seconds = ((4 * (latentFrames - 1)) - 1) / 8.0, Steps = 5 };
        string[] captions =
        [
            "a red ball bounces, beach, sunset, clear", "a blue car rolls, city, night, rain", "a white bird flies, meadow, day, snow",
            "a green star floats, desert, night, clear", "a pink cube stands, snowfield, day, snow",
        ];
        var storyboard = new Storyboard { Shots = [.. captions.Take(shots ?? windows).Select(caption => new Shot { Caption = caption })] };
        spec = change?.Invoke(spec) ?? spec;
        RenderPlan plan = RenderPlanner.Plan(spec, storyboard, Catalogue.Find(Model));

        // With anchor frames windows hold fewer frames of their own, and there are more of them.
        Assert.True(spec.AnchorFrame == true || plan.FilmWindows.Count() == windows);
        Assert.Equal(shots ?? windows, plan.FilmWindows.Select(window => window.Caption).Distinct().Count());
        return plan;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static void WriteWeights(string folder)
    {
        random.manual_seed(7);
        using IDisposable gradients = no_grad();
        using PocketAutoencoder autoencoder = new(ScalarType.Float32);
        using PocketTransformer transformer = new(ScalarType.Float32);
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in transformer.named_parameters())
        {
            // A new transformer's modulation is zero: neither text nor time nor other frames would reach its output.
            if (name.Contains("modulate", StringComparison.Ordinal))
            {
                nn.init.normal_(parameter, 0, 0.05);
            }
        }

        string vocabulary = Path.Combine(folder, PocketWeights.VocabularyFile);
        File.WriteAllLines(vocabulary, PocketTokenizer.VocabularyOf(["ball", "red"]));
        using PocketTextEncoder textEncoder = new(new PocketTokenizer(vocabulary).Size);
        PocketWeights.Save(textEncoder, Path.Combine(folder, PocketWeights.TextEncoderFile));
        PocketWeights.Save(autoencoder, Path.Combine(folder, PocketWeights.AutoencoderFile));
        PocketWeights.Save(transformer, Path.Combine(folder, PocketWeights.TransformerFile));
    }

    private static ModelDescriptor Describe(string folder) => new()
    {
        Name = Model,
        Family = "pocket",
        Licence = "Apache-2.0",
        LatentChannels = PocketAutoencoder.LatentChannels,
        SpatialStride = PocketAutoencoder.SpatialStride,
        TemporalStride = PocketAutoencoder.TemporalStride,
        Fps = 8,
        Sizes = [new FrameSize(32, 32)],
        WindowLength = 6,
        Overlap = 2,
        MaxSeconds = 600,
        Sampler = SamplerKind.UniPC,
        Steps = 5,
        Shift = 2,
        Guidance = 2,
        StartImage = StartImageUse.Optional,
        Strategy = Strategy.Parallel,
        Files = new[] { PocketWeights.VocabularyFile, PocketWeights.TextEncoderFile, PocketWeights.AutoencoderFile, PocketWeights.TransformerFile }
            .ToDictionary(name => name, name => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, name))))),
    };
}
