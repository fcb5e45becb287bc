using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Pocket;

/// <summary>Two 3x3 convolutions over single cells, modulated for each latent frame, beside a shortcut: [N, H, W, C] to the same.</summary>
internal sealed class FineBlock : nn.Module
{
    private readonly long[] shape;
    private readonly PocketLinear modulate;
    private readonly PocketConv conv1;
    private readonly PocketConv conv2;

    public FineBlock(int channels, int conditionWidth, ScalarType compute)
        : base(nameof(FineBlock))
    {
        shape = [channels];
        modulate = new PocketLinear(conditionWidth, 3 * channels, ScalarType.Float32, gain: 0);
        conv1 = new PocketConv(channels, channels, 3, compute);
        conv2 = new PocketConv(channels, channels, 3, compute);
        RegisterComponents();
    }

    /// <summary>Given the condition of each latent frame, [N, D].</summary>
    public Tensor Forward(Tensor cells, Tensor condition)
    {
        Tensor[] m = modulate.forward(condition).to_type(cells.dtype).unsqueeze(1).unsqueeze(1).chunk(3, -1);
        Tensor normed = (nn.functional.layer_norm(cells, shape) * (m[0] + 1)) + m[1];
        return cells + (m[2] * conv2.forward(nn.functional.silu(conv1.forward(normed))));
    }
}
