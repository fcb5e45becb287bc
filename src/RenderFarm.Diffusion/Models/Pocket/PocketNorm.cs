using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Pocket;

/// <summary>Layer norm over the last dimension, so that crops and whole frames agree.</summary>
internal sealed class PocketNorm : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly CastCache cast;
    private readonly long[] shape;

    public PocketNorm(int channels, ScalarType compute)
        : base(nameof(PocketNorm))
    {
        weight = new Parameter(ones(channels));
        bias = new Parameter(zeros(channels));
        cast = new CastCache(compute);
        shape = [channels];
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) =>
        nn.functional.layer_norm(input.to_type(cast.Compute), shape, cast.Get(0, weight), cast.Get(1, bias));

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            cast.Dispose();
        }

        base.Dispose(disposing);
    }
}
