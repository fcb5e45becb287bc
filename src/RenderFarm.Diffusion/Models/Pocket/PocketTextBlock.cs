using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Pocket;

/// <summary>Self-attention and a feed-forward layer of the text encoder, in float32.</summary>
internal sealed class PocketTextBlock : nn.Module
{
    private readonly int heads;
    private readonly PocketNorm norm1;
    private readonly PocketNorm norm2;
    private readonly PocketLinear queryKeyValue;
    private readonly PocketLinear attentionOut;
    private readonly PocketLinear widen;
    private readonly PocketLinear narrow;

    public PocketTextBlock(int width, int heads)
        : base(nameof(PocketTextBlock))
    {
        const ScalarType single = ScalarType.Float32;
        this.heads = heads;
        norm1 = new PocketNorm(width, single);
        norm2 = new PocketNorm(width, single);
        queryKeyValue = new PocketLinear(width, 3 * width, single);
        attentionOut = new PocketLinear(width, width, single, gain: 0.3);
        widen = new PocketLinear(width, 4 * width, single);
        narrow = new PocketLinear(4 * width, width, single, gain: 0.3);
        RegisterComponents();
    }

    /// <summary>Maps [B, N, D] to the same; <paramref name="seen"/>, bool [B, 1, 1, N], tells which tokens count.</summary>
    public Tensor Forward(Tensor tokens, Tensor seen)
    {
        long batch = tokens.shape[0], length = tokens.shape[1], width = tokens.shape[2];
        Tensor[] parts = queryKeyValue.forward(norm1.forward(tokens)).view(batch, length, 3, heads, width / heads).permute(2, 0, 3, 1, 4).unbind(0);
        Tensor attended = nn.functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], seen.expand(-1, heads, length, -1));
        tokens = tokens + attentionOut.forward(attended.transpose(1, 2).reshape(batch, length, width));
        return tokens + narrow.forward(nn.functional.gelu(widen.forward(norm2.forward(tokens))));
    }
}
