using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Pocket;

/// <summary>Norm, SiLU and a 3x3 convolution, twice, beside a shortcut: [N, H, W, C] to the same.</summary>
internal sealed class ResidualBlock : nn.Module<Tensor, Tensor>
{
    private readonly PocketNorm norm1;
    private readonly PocketNorm norm2;
    private readonly PocketConv conv1;
    private readonly PocketConv conv2;

    public ResidualBlock(int channels, ScalarType compute)
        : base(nameof(ResidualBlock))
    {
        norm1 = new PocketNorm(channels, compute);
        norm2 = new PocketNorm(channels, compute);
        conv1 = new PocketConv(channels, channels, 3, compute);
        conv2 = new PocketConv(channels, channels, 3, compute, gain: 0.1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        Tensor hidden = conv1.forward(nn.functional.silu(norm1.forward(input)));
        return input + conv2.forward(nn.functional.silu(norm2.forward(hidden)));
    }
}
