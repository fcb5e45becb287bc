using TorchSharp;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Transformer;

/// <summary>softmax(q k^T / sqrt(d)) v of each head.</summary>
internal static class HeadAttention
{
    /// <summary>Queries whose scores are held at once: few enough to stay in a core's cache, many enough for a good product.</summary>
    private const long Rows = 512;

    /// <summary>Queries [B, H, L, d], keys and values [B, H, rows, d] to [B, H, L, d], which lies as [B, L, H, d] does.</summary>
    public static Tensor Attend(Tensor query, Tensor key, Tensor value) =>
        query.device_type == DeviceType.CPU && query.dtype == ScalarType.BFloat16
            ? AttendInParts(query, key, value)
            : nn.functional.scaled_dot_product_attention(query, key, value);

    /// <summary>
    /// The same as plain products, which use a processor's bfloat16 instructions: libtorch's own attention has them only for AMX, and is
    /// a quarter as fast without. Scores are rounded to bfloat16 here.
    /// </summary>
    private static Tensor AttendInParts(Tensor query, Tensor key, Tensor value)
    {
        using IDisposable scope = NewDisposeScope();
        long batch = query.shape[0], heads = query.shape[1], length = query.shape[2], width = query.shape[3];
        Tensor result = empty([batch, length, heads, width], query.dtype, query.device).transpose(1, 2);
        Tensor none = zeros([1], query.dtype, query.device);
        float scale = 1 / MathF.Sqrt(width);
        for (long row = 0; row < batch; row++)
        {
            for (long head = 0; head < heads; head++)
            {
                for (long start = 0; start < length; start += Rows)
                {
                    using IDisposable part = NewDisposeScope();
                    long count = Math.Min(Rows, length - start);
                    Tensor scores = addmm(none, query[row, head].narrow(0, start, count), key[row, head].t(), beta: 0, alpha: scale);
                    result[row, head].narrow(0, start, count).copy_(scores.softmax(-1).matmul(value[row, head]));
                }
            }
        }

        return result.MoveToOuterDisposeScope();
    }
}
