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
        Tensor latents = randn(32, 7, 3, 4);
        using ILatentDecoder whole = model.CreateDecoder(), stream = model.CreateDecoder();
        Tensor expected = whole.Decode(latents);
        Assert.Equal([25, 48, 64, 3], expected.shape);
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
        Tensor latents = randn(32, 4, 3, 4), other = latents.clone();
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
        Assert.Equal([32, 2, 3, 4], model.EncodeFrames(rand(3, 5, 48, 64)).shape);
        Assert.Equal([32, 1, 3, 4], model.EncodeFrames(rand(3, 1, 48, 64)).shape);
    }

    [Fact]
    public void Predict_Twice_GivesTheSameBits()
    {
        using IVideoModel model = RandomModel();
        using IDisposable scope = NewDisposeScope();
        Tensor latents = randn(32, 8, 7, 12);
        Tensor timesteps = full([8], 700f);
        using Conditioning text = model.EncodeText("a red ball bounces, beach, sunset, clear", "");
        Tensor first = model.Predict(latents, timesteps, text, 3), second = model.Predict(latents, timesteps, text, 3);
        Assert.Equal(latents.shape, first.shape);
        Assert.True(first.equal(second).all().item<bool>());
    }

    [Fact]
    public void Predict_HundredTimes_LeaksNoTensor()
    {
        using IVideoModel model = RandomModel();
        using Tensor latents = randn(32, 4, 3, 4);
        using Tensor timesteps = full([4], 500f);
        using Conditioning text = model.EncodeText("a red ball", "");
        model.Predict(latents, timesteps, text, 2).Dispose();
        TensorAccounting.Settle();
        long before = TensorAccounting.Live();
        for (int i = 0; i < 100; i++)
        {
            model.Predict(latents, timesteps, text, 2).Dispose();
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
    public void Encode_OfACaption_FindsEachAttribute()
    {
        Assert.Equal(PocketTokenizer.Encode("red ball bounces beach sunset clear"), PocketTokenizer.Encode("A red ball bounces, beach, sunset, clear."));
        Assert.All(PocketTokenizer.Encode(new PocketCaption("blue", "car", "rolls", "city", "night", "rain").ToString()), id => Assert.NotEqual(0, id));
        Assert.All(PocketTokenizer.Encode("kangaroo"), id => Assert.Equal(0, id));
    }

    private IVideoModel RandomModel()
    {
        random.manual_seed(7);
        using PocketAutoencoder autoencoder = new(ScalarType.Float32);
        using PocketTransformer transformer = new(ScalarType.Float32);
        using Tensor mean = zeros(32), deviation = ones(32);
        PocketWeights.Save(
            autoencoder, Path.Combine(_folder, PocketWeights.AutoencoderFile), (PocketWeights.MeanName, mean), (PocketWeights.DeviationName, deviation));
        PocketWeights.Save(transformer, Path.Combine(_folder, PocketWeights.TransformerFile));
        return VideoModelLoader.Load(Descriptor, _folder, CPU);
    }

    private static ModelDescriptor Descriptor { get; } = new()
    {
        Name = "pocket",
        Family = "pocket",
        Licence = "Apache-2.0",
        LatentChannels = 32,
        SpatialStride = 16,
        TemporalStride = 4,
        Fps = 8,
        Sizes = [new FrameSize(192, 112)],
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
