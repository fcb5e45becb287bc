using RenderFarm.Diffusion.Models.Wan.Transformer;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tests.Models.Wan.Transformer;

[Collection(nameof(TensorAccounting))]
public sealed class RotaryTableTests
{
    [Fact]
    public void Create_WithASpacing_TakesEveryFewthFrameOfALongerWindow()
    {
        using IDisposable scope = NewDisposeScope();
        Tensor whole = RotaryTable.Create((10, 2, 3), 1, 16, CPU).view_as_real().view(10, 2 * 3, 8, 2);
        Tensor spaced = RotaryTable.Create((4, 2, 3), 3, 16, CPU).view_as_real().view(4, 2 * 3, 8, 2);
        Assert.True(spaced.equal(whole[TensorIndex.Slice(null, null, 3)]).all().item<bool>());
    }

    [Fact]
    public void Create_OfAHead_TurnsFirstPairsWithFramesThenWithRowsThenWithColumns()
    {
        using IDisposable scope = NewDisposeScope();
        Tensor turns = RotaryTable.Create((3, 4, 5), 1, 128, CPU).view(3, 4, 5, 64);
        Tensor still = turns[0, 0, 0];
        Assert.Equal((0, 22), Turned(turns[2, 0, 0], still));
        Assert.Equal((22, 21), Turned(turns[0, 3, 0], still));
        Assert.Equal((43, 21), Turned(turns[0, 0, 4], still));
        Assert.Equal(Math.Cos(3 * Math.Pow(10000, -5.0 / 21)), turns[0, 3, 0].real[22 + 5].item<float>(), 1e-7);
    }

    /// <summary>The first pair that differs and how many do.</summary>
    private static (long First, long Count) Turned(Tensor pairs, Tensor still)
    {
        Tensor places = (pairs - still).abs().gt(0).nonzero();
        return (places[0, 0].item<long>(), places.shape[0]);
    }
}
