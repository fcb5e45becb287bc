using RenderFarm.Diffusion.Models.Wan.Vae;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Diffusion.Weights;
using RenderFarm.Errors;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tests.Models.Wan.Vae;

/// <summary>Building and encoding.</summary>
[Collection(nameof(TensorAccounting))]
public sealed class WanVaeTests
{
    [Theory]
    [MemberData(nameof(GoldenVae.Both), MemberType = typeof(GoldenVae))]
    public void Encode_FramesPastTheLastWholeChunk_AreDropped(string name)
    {
        using IDisposable pause = CollectionPause.Begin();
        using WanVae vae = GoldenVae.Open(name);
        using IDisposable scope = NewDisposeScope();
        Tensor frames = rand([1, 3, 12, 32, 48]) * 2 - 1;
        Tensor latents = vae.Encode(frames);
        Assert.Equal([1, vae.Config.LatentChannels, 3, 32 / vae.Config.SpatialStride, 48 / vae.Config.SpatialStride], latents.shape);
        Assert.True(latents.equal(vae.Encode(frames.narrow(2, 0, 9))).all().item<bool>());
    }

    [Theory]
    [MemberData(nameof(GoldenVae.Both), MemberType = typeof(GoldenVae))]
    public void Encode_OfAFrame_DoesNotLookAhead(string name)
    {
        using IDisposable pause = CollectionPause.Begin();
        using WanVae vae = GoldenVae.Open(name);
        using IDisposable scope = NewDisposeScope();
        Tensor frames = rand([1, 3, 9, 32, 32]) * 2 - 1, other = frames.clone();
        other.narrow(2, 5, 1).neg_();
        Tensor a = vae.Encode(frames), b = vae.Encode(other);
        Assert.True(a.narrow(2, 0, 2).equal(b.narrow(2, 0, 2)).all().item<bool>());
        Assert.False(a.narrow(2, 2, 1).equal(b.narrow(2, 2, 1)).all().item<bool>());
    }

    [Theory]
    [InlineData(GoldenVae.Wan21, 4, 1, 16, 16)]
    [InlineData(GoldenVae.Wan21, 3, 0, 16, 16)]
    [InlineData(GoldenVae.Wan21, 3, 1, 7, 16)]
    [InlineData(GoldenVae.Wan22, 3, 1, 40, 32)]
    public void Encode_OfWhatIsNoClip_IsRefused(string name, long channels, long count, long height, long width)
    {
        using WanVae vae = GoldenVae.Open(name);
        using Tensor frames = zeros([1, channels, count, height, width]);
        Assert.Throws<ArgumentException>(() => vae.Encode(frames));
    }

    [Theory]
    [MemberData(nameof(GoldenVae.Both), MemberType = typeof(GoldenVae))]
    public void Encode_AndDispose_LeaksNoTensor(string name)
    {
        using IDisposable pause = CollectionPause.Begin();
        using Tensor frames = rand([1, 3, 9, 32, 48]);
        TensorAccounting.Settle();
        long before = TensorAccounting.Live();
        using (WanVae vae = GoldenVae.Open(name, new WanVaeTiling { Size = 3, Overlap = 1, AbovePixels = 0 }))
        {
            vae.Encode(frames).Dispose();
        }

        Assert.Equal(before, TensorAccounting.Live());
    }

    [Fact]
    public void Build_OfWeightsThatDoNotFit_NamesTheTensorAndLeaksNone()
    {
        TensorAccounting.Settle();
        long before = TensorAccounting.Live();
        using WeightFiles files = GoldenVae.Weights(GoldenVae.Wan21);
        RenderFarmException fault = Assert.Throws<RenderFarmException>(() => GoldenVae.Open(GoldenVae.Wan22, files));
        Assert.Equal(ErrorCodes.InvalidModel, fault.Code);
        Assert.Contains("encoder.conv_in.weight", fault.Message, StringComparison.Ordinal);
        Assert.Equal(before, TensorAccounting.Live());
    }
}
