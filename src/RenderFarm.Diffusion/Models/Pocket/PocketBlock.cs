using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Pocket;

/// <summary>Self-attention and a feed-forward layer, both modulated per latent frame (adaLN-zero, arXiv 2212.09748).</summary>
internal sealed class PocketBlock : nn.Module
{
    public const int HeadWidth = 64;

    private readonly int width;
    private readonly PocketLinear modulate;
    private readonly PocketLinear queryKeyValue;
    private readonly PocketLinear attentionOut;
    private readonly PocketLinear widen;
    private readonly PocketLinear narrow;

    /// <param name="width">Channels of a token.</param>
    /// <param name="conditionWidth">Channels of the condition.</param>
    /// <param name="compute">The precision of matrix products.</param>
    public PocketBlock(int width, int conditionWidth, ScalarType compute)
        : base(nameof(PocketBlock))
    {
        this.width = width;
        modulate = new PocketLinear(conditionWidth, 6 * width, ScalarType.Float32, gain: 0);
        queryKeyValue = new PocketLinear(width, 3 * width, compute);
        attentionOut = new PocketLinear(width, width, compute);
        widen = new PocketLinear(width, 4 * width, compute);
        narrow = new PocketLinear(4 * width, width, compute);
        RegisterComponents();
    }

    /// <summary>Maps float32 tokens [B, T, N, D] to the same, given the condition [B, T, C] and rotary tables [T * N, 64].</summary>
    public Tensor Forward(Tensor tokens, Tensor condition, Tensor cos, Tensor sin)
    {
        Tensor[] m = modulate.forward(condition).unsqueeze(2).chunk(6, -1);
        Tensor normed = nn.functional.layer_norm(tokens, [width]) * (m[0] + 1) + m[1];
        tokens = tokens + m[2] * attentionOut.forward(Attend(normed, cos, sin));
        normed = nn.functional.layer_norm(tokens, [width]) * (m[3] + 1) + m[4];
        return tokens + m[5] * narrow.forward(nn.functional.gelu(widen.forward(normed)));
    }

    private Tensor Attend(Tensor normed, Tensor cos, Tensor sin)
    {
        long batch = normed.shape[0], time = normed.shape[1], cells = normed.shape[2];
        long length = time * cells;
        Tensor[] heads = queryKeyValue.forward(normed).view(batch, length, 3, -1, HeadWidth).permute(2, 0, 3, 1, 4).unbind(0);
        Tensor attended = nn.functional.scaled_dot_product_attention(
            Rotate(RootMeanSquare(heads[0]), cos, sin), Rotate(RootMeanSquare(heads[1]), cos, sin), heads[2]);
        return attended.transpose(1, 2).reshape(batch, time, cells, width);
    }

    private static Tensor RootMeanSquare(Tensor x) =>
        x * x.to_type(ScalarType.Float32).square().mean([-1], keepdim: true).add(1e-6).rsqrt().to_type(x.dtype);

    /// <summary>Rotary embedding (arXiv 2104.09864) in halves: channel i is paired with channel i + 32.</summary>
    private static Tensor Rotate(Tensor x, Tensor cos, Tensor sin)
    {
        Tensor[] halves = x.chunk(2, -1);
        return (x * cos) + (cat([-halves[1], halves[0]], -1) * sin);
    }
}
