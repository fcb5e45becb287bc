using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Pocket;

/// <summary>Root-mean-square norm over the channels of each position of [N, C, H, W], so that crops and whole frames agree.</summary>
internal sealed class ChannelNorm : nn.Module<Tensor, Tensor>
{
    private readonly Parameter scale;

    public ChannelNorm(int channels)
        : base(nameof(ChannelNorm))
    {
        scale = new Parameter(ones(1, channels, 1, 1));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        Tensor inverse = input.to_type(ScalarType.Float32).square().mean([1], keepdim: true).add(1e-5).rsqrt();
        return input * inverse.to_type(input.dtype) * scale.to_type(input.dtype);
    }
}
