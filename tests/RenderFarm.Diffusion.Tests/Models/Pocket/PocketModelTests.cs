using RenderFarm.Diffusion.Models;
using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Errors;
using RenderFarm.Jobs;
using RenderFarm.Models;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tests.Models.Pocket;

/// <summary>pocket's arithmetic, with random weights.</summary>
[Collection(nameof(TensorAccounting))]
public sealed class PocketModelTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("renderfarm-pocket-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Decode_AsAStream_EqualsDecodingTheWhole()
    {
        using IVideoModel model = RandomModel();
        using IDisposable scope = NewDisposeScope();
        Tensor latents = randn(64, 7, 4, 6);
        using ILatentDecoder whole = model.CreateDecoder(), stream = model.CreateDecoder();
        Tensor expected = whole.Decode(latents);
        Assert.Equal([25, 64, 96, 3], expected.shape);
        Tensor[] parts = [stream.Decode(latents.narrow(1, 0, 1)), stream.Decode(latents.narrow(1, 1, 2)), stream.Decode(latents.narrow(1, 3, 4))];
        Assert.Equal([1, 8, 16], parts.Select(part => part.shape[0]));

        // The shapes of a batch may change a product's last bits, and so a pixel's rounding.
        Tensor difference = (cat(parts).to_type(ScalarType.Float32) - expected.to_type(ScalarType.Float32)).abs();
        Assert.True(difference.max().item<float>() <= 2);
        Assert.True(difference.mean().item<float>() < 0.05);
    }

    [Fact]
    public void Decode_OfALatentFrame_DoesNotLookAhead()
    {
        using IVideoModel model = RandomModel();
        using IDisposable scope = NewDisposeScope();
        Tensor latents = randn(64, 4, 4, 6), other = latents.clone();
        other.narrow(1, 3, 1).add_(1);
        using ILatentDecoder first = model.CreateDecoder(), second = model.CreateDecoder();
        Tensor a = first.Decode(latents), b = second.Decode(other);
        Assert.True(a.narrow(0, 0, 9).equal(b.narrow(0, 0, 9)).all().item<bool>());
        Assert.False(a.narrow(0, 9, 4).equal(b.narrow(0, 9, 4)).all().item<bool>());
    }

    [Fact]
    public void EncodeFrames_OfOneAndFourMore_GivesTwoLatentFrames()
    {
        using IVideoModel model = RandomModel();
        using IDisposable scope = NewDisposeScope();
        Assert.Equal([64, 2, 4, 6], model.EncodeFrames(rand(3, 5, 64, 96)).shape);
        Assert.Equal([64, 1, 4, 6], model.EncodeFrames(rand(3, 1, 64, 96)).shape);
    }

    [Fact]
    public void Predict_Twice_GivesTheSameBits()
    {
        using IVideoModel model = RandomModel();
        using IDisposable scope = NewDisposeScope();
        Tensor latents = randn(64, 8, 10, 16);
        Tensor timesteps = full([8], 700f);
        using Conditioning text = model.EncodeText("a red ball bounces on the beach at sunset", "");
        Tensor first = model.Predict(latents, timesteps, text, 3, 1), second = model.Predict(latents, timesteps, text, 3, 1);
        Assert.Equal(latents.shape, first.shape);
        Assert.True(first.equal(second).all().item<bool>());
    }

    [Fact]
    public void Predict_HundredTimes_LeaksNoTensor()
    {
        using IVideoModel model = RandomModel();
        using Tensor latents = randn(64, 4, 4, 6);
        using Tensor timesteps = full([4], 500f);
        using Conditioning text = model.EncodeText("a red ball", "");
        model.Predict(latents, timesteps, text, 2, 1).Dispose();
        TensorAccounting.Settle();
        long before = TensorAccounting.Live();
        for (int i = 0; i < 100; i++)
        {
            model.Predict(latents, timesteps, text, 2, 1).Dispose();
        }

        Assert.Equal(before, TensorAccounting.Live());
    }

    [Fact]
    public void Load_WithATensorMissing_NamesIt()
    {
        RandomModel().Dispose();
        using PocketAutoencoder wrong = new(ScalarType.Float32);
        PocketWeights.Save(wrong, Path.Combine(_folder, PocketWeights.TransformerFile));
        RenderFarmException fault = Assert.Throws<RenderFarmException>(() => VideoModelLoader.Load(Descriptor, _folder, CPU));
        Assert.Equal(ErrorCodes.InvalidModel, fault.Code);
        Assert.Contains("has no tensor", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Predict_WithAnotherSpacing_GivesAnotherVelocity()
    {
        using IVideoModel model = RandomModel();
        using IDisposable scope = NewDisposeScope();
        Tensor latents = randn(64, 4, 4, 6), timesteps = full([4], 700f);
        using Conditioning text = model.EncodeText("a red ball", "");
        Assert.False(model.Predict(latents, timesteps, text, 1, 1).equal(model.Predict(latents, timesteps, text, 1, 5)).all().item<bool>());
    }

    private IVideoModel RandomModel()
    {
        random.manual_seed(7);
        using PocketAutoencoder autoencoder = new(ScalarType.Float32);
        using PocketTransformer transformer = new(ScalarType.Float32);
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in transformer.named_parameters())
        {
            // A new transformer's modulation is zero: tokens would not reach its output.
            if (name.Contains("modulate", StringComparison.Ordinal))
            {
                using IDisposable gradients = no_grad();
                nn.init.normal_(parameter, 0, 0.05);
            }
        }

        string vocabulary = Path.Combine(_folder, PocketWeights.VocabularyFile);
        File.WriteAllLines(vocabulary, PocketTokenizer.VocabularyOf(["ball", "red"]));
        using PocketTextEncoder textEncoder = new(new PocketTokenizer(vocabulary).Size);
        PocketWeights.Save(textEncoder, Path.Combine(_folder, PocketWeights.TextEncoderFile));
        PocketWeights.Save(autoencoder, Path.Combine(_folder, PocketWeights.AutoencoderFile));
        PocketWeights.Save(transformer, Path.Combine(_folder, PocketWeights.TransformerFile));
        return VideoModelLoader.Load(Descriptor, _folder, CPU);
    }

    private static ModelDescriptor Descriptor { get; } = new()
    {
        Name = "pocket",
        Family = "pocket",
        Licence = "Apache-2.0",
        LatentChannels = PocketAutoencoder.LatentChannels,
        SpatialStride = 16,
        TemporalStride = 4,
        Fps = 8,
        Sizes = [new FrameSize(96, 64)],
        WindowLength = 8,
        Overlap = 3,
        MaxSeconds = 600,
        Sampler = SamplerKind.Euler,
        Steps = 8,
        Shift = 2,
        Guidance = 3,
        Strategy = Strategy.Relay,
        Files = new Dictionary<string, string>(),
    };
}
