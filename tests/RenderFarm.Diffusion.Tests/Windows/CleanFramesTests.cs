using RenderFarm.Diffusion.Windows;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tests.Windows;

[Collection(nameof(TensorAccounting))]
public class CleanFramesTests
{
    [Theory]
    [InlineData(new int[0], new[] { 700f, 700, 700, 700 })]
    [InlineData(new[] { 0, 1 }, new[] { 0f, 0, 700, 700 })]
    [InlineData(new[] { 1, 3 }, new[] { 700f, 0, 700, 0 })]
    public void Timesteps_AnyPositions_AreZeroThere(int[] clean, float[] expected)
    {
        using Tensor timesteps = CleanFrames.Timesteps(700, 4, clean);
        Assert.Equal(expected, timesteps.data<float>().ToArray());
    }

    [Fact]
    public void Impose_AnyPositions_ChangesTheseFramesOnly()
    {
        using IDisposable scope = NewDisposeScope();
        Tensor before = randn(3, 5, 2, 2), latents = before.clone(), clean = randn(3, 2, 2, 2);
        CleanFrames.Impose(latents, clean, [1, 4]);
        Assert.True(latents.index_select(1, tensor(new[] { 1L, 4 })).equal(clean).all().item<bool>());
        Tensor others = tensor(new[] { 0L, 2, 3 });
        Assert.True(latents.index_select(1, others).equal(before.index_select(1, others)).all().item<bool>());
    }

    [Fact]
    public void Impose_OtherCountOfPositions_IsRefused()
    {
        using IDisposable scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => CleanFrames.Impose(zeros(3, 5, 2, 2), zeros(3, 2, 2, 2), [1]));
    }
}
