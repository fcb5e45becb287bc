using RenderFarm.Diffusion.Noise;
using RenderFarm.Diffusion.Tensors;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tests.Noise;

public class NoiseFieldTests
{
    [Theory]
    // Known answers of the Random123 distribution (kat_vectors, philox4x32 10).
    [InlineData(0L, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(-1L, 0xffffffffu, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    public void Words_KnownAnswers_AreGiven(long seed, uint counter, uint a, uint b, uint c, uint d) =>
        Assert.Equal((a, b, c, d), CounterRandom.Words(seed, counter, counter, counter, counter));

    [Fact]
    public void Window_AnyRange_GivesEachFrameTheSameNoiseWhoeverAsks()
    {
        using IDisposable scope = NewDisposeScope();
        Tensor whole = new NoiseField(42, 3, 5, 7).Window(0, 40);
        for (int start = 0; start < 30; start += 3)
        {
            Tensor window = new NoiseField(42, 3, 5, 7).Window(start, 8);
            Assert.True(window.equal(whole.narrow(1, start, 8)).all().item<bool>());
            Tensor frame = new NoiseField(42, 3, 5, 7).Frame(start);
            Assert.Equal([3L, 5, 7], frame.shape);
            Assert.True(frame.equal(window.select(1, 0)).all().item<bool>());
        }
    }

    [Fact]
    public void Window_FixedSeed_GivesTheBytesThatItAlwaysGave()
    {
        using Tensor noise = new NoiseField(42, 2, 2, 3).Window(5, 2);
        byte[] hash = System.Security.Cryptography.SHA256.HashData(TensorBytes.FromTensor(noise));
        Assert.Equal("cc9b13b467e71ff7", Convert.ToHexStringLower(hash)[..16]);
    }

    [Fact]
    public void Window_ManyValues_AreStandardNormalAndUncorrelated()
    {
        using IDisposable scope = NewDisposeScope();
        Tensor noise = new NoiseField(1, 16, 32, 32).Window(0, 32);
        double count = noise.numel();
        Assert.InRange(noise.mean().item<float>(), -5 / Math.Sqrt(count), 5 / Math.Sqrt(count));
        Assert.InRange(noise.std().item<float>(), 0.995, 1.005);
        Assert.InRange(noise.pow(4).mean().item<float>(), 2.9, 3.1);
        Assert.InRange((noise.narrow(1, 0, 31) * noise.narrow(1, 1, 31)).mean().item<float>(), -0.01, 0.01);
        Assert.InRange((noise * new NoiseField(2, 16, 32, 32).Window(0, 32)).mean().item<float>(), -0.01, 0.01);
        Assert.True(noise.isfinite().all().item<bool>());
    }

    [Fact]
    public void Uniform_ManyDraws_CoverTheUnitInterval()
    {
        var field = new NoiseField(3, 1, 1, 1);
        double[] draws = [.. Enumerable.Range(0, 10_000).Select(i => field.Uniform(i % 100, i / 100))];
        Assert.All(draws, draw => Assert.InRange(draw, 0, 0.9999999999999999));
        Assert.InRange(draws.Average(), 0.49, 0.51);
        Assert.Equal(draws.Length, draws.Distinct().Count());
    }
}
