using RenderFarm.Diffusion.Models;
using RenderFarm.Diffusion.Models.Wan.Vae;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Errors;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tests.Models.Wan.Vae;

/// <summary>Decoding as a stream.</summary>
[Collection(nameof(TensorAccounting))]
public sealed class WanVaeDecoderTests
{
    /// <summary>Tiles of 3 cells for the small frames of these tests: 2 x 3 of them.</summary>
    private static readonly WanVaeTiling Tiling = new() { Size = 3, Overlap = 1, AbovePixels = 0 };

    public static TheoryData<string, bool> Streams => new()
    {
        { GoldenVae.Wan21, false },
        { GoldenVae.Wan21, true },
        { GoldenVae.Wan22, false },
        { GoldenVae.Wan22, true },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public void Decode_InAnyPartition_GivesTheSameBits(string name, bool tiled)
    {
        using IDisposable pause = CollectionPause.Begin();
        using WanVae vae = GoldenVae.Open(name, tiled ? Tiling : null);
        using IDisposable scope = NewDisposeScope();
        Tensor latents = Latents(vae, 4);
        Tensor expected = Decode(vae, latents, [1, 1, 1, 1]);
        Assert.Equal([1, 3, 1 + 3 * vae.Config.TemporalStride, 4 * vae.Config.SpatialStride, 5 * vae.Config.SpatialStride], expected.shape);
        foreach (long[] partition in (long[][])[[4], [1, 3], [2, 2]])
        {
            Assert.True(expected.equal(Decode(vae, latents, partition)).all().item<bool>(), string.Join(" + ", partition));
        }
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Restore_AtAnyLatentFrame_GoesOnBitForBit(string name, bool tiled)
    {
        using IDisposable pause = CollectionPause.Begin();
        using WanVae vae = GoldenVae.Open(name, tiled ? Tiling : null);
        using IDisposable scope = NewDisposeScope();
        Tensor latents = Latents(vae, 5);
        using WanVaeDecoder undisturbed = vae.CreateStream();
        for (long i = 0; i < 5; i++)
        {
            byte[] file = Saved(undisturbed);
            using WanVaeDecoder restored = vae.CreateStream();

            // A stream that was elsewhere goes on from here as well.
            restored.Decode(Latents(vae, 2)).Dispose();
            Restore(restored, file);
            Assert.Equal(i, restored.LatentFrames);
            Tensor next = latents.narrow(2, i, 1), expected = undisturbed.Decode(next);
            Assert.True(expected.equal(restored.Decode(next)).all().item<bool>(), $"restored before latent frame {i}");
            Assert.Equal(Saved(undisturbed), Saved(restored));
        }
    }

    [Fact]
    public void Restore_OfWhatIsNotThisStreams_SaysWhyAndLeavesIt()
    {
        using IDisposable pause = CollectionPause.Begin();
        using WanVae vae = GoldenVae.Open(GoldenVae.Wan21), tiled = GoldenVae.Open(GoldenVae.Wan21, Tiling);
        using IDisposable scope = NewDisposeScope();
        using WanVaeDecoder stream = vae.CreateStream(), other = tiled.CreateStream();
        stream.Decode(Latents(vae, 2));
        byte[] file = Saved(stream);
        AssertRefused(stream, file, state => state.Remove("stream"), "'stream'");
        AssertRefused(stream, file, state => state["stream"] = tensor(new long[] { 0, 1, 4, 5 }), "above 0");
        AssertRefused(other, file, state => state["stream"] = tensor(new long[] { 2, 1, 4, 1L << 60 }), "up to 65536");
        AssertRefused(stream, file, state => state.Remove("tile.0.decoder.conv_in"), "'tile.0.decoder.conv_in'");
        AssertRefused(stream, file, state => state["tile.0.decoder.conv_out"] = zeros([1, 2, 32, 40, 3]), "[1, 2, 32, 40, 4]");
        AssertRefused(stream, file, state => state["tile.0.decoder.conv_out"] = zeros([1, 2, 32, 40, 4], ScalarType.BFloat16), "BFloat16");
        AssertRefused(stream, file, state => state["tile.0.decoder.conv_more"] = zeros(1), "tensors");
        AssertRefused(other, file, _ => { }, "tile.0");
        Assert.Equal(file, Saved(stream));
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Decode_OfALongerStream_HoldsNoMore(string name, bool tiled)
    {
        using IDisposable pause = CollectionPause.Begin();
        using WanVae vae = GoldenVae.Open(name, tiled ? Tiling : null);
        using Tensor latents = Latents(vae, 3);
        TensorAccounting.Settle();
        long before = TensorAccounting.Live();
        using (WanVaeDecoder stream = vae.CreateStream())
        {
            stream.Decode(latents).Dispose();
            long tensors = TensorAccounting.Live(), elements = Elements(stream);
            stream.Decode(latents).Dispose();
            Assert.Equal(tensors, TensorAccounting.Live());
            Assert.Equal(elements, Elements(stream));
            Assert.Equal(6, stream.LatentFrames);
        }

        Assert.Equal(before, TensorAccounting.Live());
    }

    [Fact]
    public void Decode_OfOtherLatents_IsRefused()
    {
        using WanVae vae = GoldenVae.Open(GoldenVae.Wan21);
        using IDisposable scope = NewDisposeScope();
        using WanVaeDecoder stream = vae.CreateStream();
        Assert.Throws<ArgumentException>(() => stream.Decode(zeros([1, 48, 1, 2, 2])));
        Assert.Throws<ArgumentException>(() => stream.Decode(zeros([16, 1, 2, 2])));
        stream.Decode(zeros([1, 16, 1, 2, 2]));
        Assert.Throws<ArgumentException>(() => stream.Decode(zeros([1, 16, 1, 2, 3])));
    }

    [Theory]
    [MemberData(nameof(GoldenVae.Both), MemberType = typeof(GoldenVae))]
    public void CreateDecoder_GivesTheFramesAsBytes(string name)
    {
        using IDisposable pause = CollectionPause.Begin();
        using WanVae vae = GoldenVae.Open(name);
        using IDisposable scope = NewDisposeScope();
        Tensor latents = Latents(vae, 3);
        using ILatentDecoder decoder = vae.CreateDecoder();
        Tensor pictures = cat([decoder.Decode(latents[0].narrow(1, 0, 2)), decoder.Decode(latents[0].narrow(1, 2, 1))]);
        Tensor expected = ((Decode(vae, latents, [3])[0] + 1) * 127.5).round().to_type(ScalarType.Byte).permute(1, 2, 3, 0);
        Assert.Equal(ScalarType.Byte, pictures.dtype);
        Assert.Equal(expected.shape, pictures.shape);
        Assert.True(expected.equal(pictures).all().item<bool>());
    }

    [Theory]
    [MemberData(nameof(GoldenVae.Both), MemberType = typeof(GoldenVae))]
    public void Decode_InBFloat16_IsNearFloat32(string name)
    {
        using IDisposable pause = CollectionPause.Begin();
        using WanVae single = GoldenVae.Open(name), half = GoldenVae.Open(name, compute: ScalarType.BFloat16);
        using IDisposable scope = NewDisposeScope();
        Tensor latents = Latents(single, 3);
        Tensor expected = Decode(single, latents, [3]), actual = Decode(half, latents, [3]);
        Assert.Equal(ScalarType.Float32, actual.dtype);

        // bfloat16 keeps 8 bits; the error of dozens of layers in a row stays within a few per cent of the picture's contrast.
        Assert.InRange((expected - actual).square().mean().sqrt().item<float>() / expected.std().item<float>(), 0, 0.05);
    }

    private static Tensor Latents(WanVae vae, long time)
    {
        using var generator = new Generator(11);
        return randn([1, vae.Config.LatentChannels, time, 4, 5], generator: generator);
    }

    private static Tensor Decode(WanVae vae, Tensor latents, long[] partition)
    {
        using WanVaeDecoder stream = vae.CreateStream();
        return cat([.. latents.split(partition, 2).Select(stream.Decode)], 2);
    }

    private static byte[] Saved(WanVaeDecoder stream)
    {
        IReadOnlyDictionary<string, Tensor> state = stream.Save();
        byte[] file = SafetensorsWriter.ToBytes(state);
        Free(state);
        return file;
    }

    private static void Restore(WanVaeDecoder stream, byte[] file)
    {
        IReadOnlyDictionary<string, Tensor> state = SafetensorsFile.ReadAll(file);
        stream.Restore(state);
        Free(state);
    }

    private static long Elements(WanVaeDecoder stream)
    {
        IReadOnlyDictionary<string, Tensor> state = stream.Save();
        long elements = state.Values.Sum(tensor => tensor.numel());
        Free(state);
        return elements;
    }

    private static void AssertRefused(WanVaeDecoder stream, byte[] file, Action<Dictionary<string, Tensor>> spoil, string why)
    {
        var state = new Dictionary<string, Tensor>(SafetensorsFile.ReadAll(file));
        spoil(state);
        RenderFarmException fault = Assert.Throws<RenderFarmException>(() => stream.Restore(state));
        Assert.Equal(ErrorCodes.CorruptArtifact, fault.Code);
        Assert.Contains(why, fault.Message, StringComparison.Ordinal);
    }

    private static void Free(IReadOnlyDictionary<string, Tensor> state)
    {
        foreach (Tensor tensor in state.Values)
        {
            tensor.Dispose();
        }
    }
}
