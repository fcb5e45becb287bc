using RenderFarm.Diffusion.Noise;

namespace RenderFarm.Diffusion.Tests.Noise;

public class FreeNoiseTests
{
    [Fact]
    public void SourceOf_FirstWindow_IsItself()
    {
        var noise = new FreeNoise(7, window: 21, stride: 17);
        Assert.Equal(Enumerable.Range(0, 21), Enumerable.Range(0, 21).Select(noise.SourceOf));
    }

    [Theory]
    [InlineData(8, 6)]
    [InlineData(8, 8)]
    [InlineData(21, 16)]
    [InlineData(5, 1)]
    public void SourceOf_EachLaterStride_IsAShuffleOfTheStrideAWindowBefore(int window, int stride)
    {
        var noise = new FreeNoise(3, window, stride);
        for (int start = window; start < 20 * window; start += stride)
        {
            int[] sources = [.. Enumerable.Range(start, stride).Select(noise.SourceOf)];
            int[] before = [.. Enumerable.Range(start - window, stride).Select(noise.SourceOf)];
            Assert.Equal(before.Order(), sources.Order());
            Assert.All(sources, source => Assert.InRange(source, 0, window - 1));
        }
    }

    [Fact]
    public void SourceOf_Strides_AreShuffledEachInItsOwnWayAndBySeed()
    {
        FreeNoise noise = new(1, 16, 16), other = new(2, 16, 16);
        Assert.NotEqual(Stride(noise, 1), Stride(noise, 2));
        Assert.NotEqual(Stride(noise, 1), Stride(other, 1));
        Assert.Equal(Stride(noise, 5), Stride(new FreeNoise(1, 16, 16), 5));

        static int[] Stride(FreeNoise noise, int index) => [.. Enumerable.Range(index * 16, 16).Select(noise.SourceOf)];
    }
}
