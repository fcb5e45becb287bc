using RenderFarm.Diffusion.Models.Wan.Transformer;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tests.Models.Wan.Transformer;

[Collection(nameof(TensorAccounting))]
public sealed class HeadAttentionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(512)]
    [InlineData(1100)]
    public void Attend_InBFloat16_IsNearSinglePrecision(long length)
    {
        using IDisposable scope = NewDisposeScope();
        manual_seed(3);
        Tensor query = Heads(length), key = Heads(300), value = Heads(300);
        Tensor expected = HeadAttention.Attend(query, key, value);
        Tensor actual = HeadAttention.Attend(query.bfloat16(), key.bfloat16(), value.bfloat16());
        Assert.Equal(ScalarType.BFloat16, actual.dtype);
        Assert.True(actual.transpose(1, 2).is_contiguous());
        double error = ((actual - expected).square().mean().sqrt() / expected.square().mean().sqrt()).item<float>();
        Assert.InRange(error, 0, 0.01);
    }

    private static Tensor Heads(long rows) => randn(2, rows, 3, 32).transpose(1, 2);
}
