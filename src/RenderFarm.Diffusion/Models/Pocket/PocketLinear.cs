using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Pocket;

/// <summary>A linear layer whose float32 weights are cast to the precision that it computes in.</summary>
internal sealed class PocketLinear : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly CastCache cast;

    public PocketLinear(int inputs, int outputs, ScalarType compute, double gain = 1)
        : base(nameof(PocketLinear))
    {
        weight = new Parameter(randn(outputs, inputs) * (gain / Math.Sqrt(inputs)));
        bias = new Parameter(zeros(outputs));
        cast = new CastCache(compute);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) =>
        nn.functional.linear(input.to_type(cast.Compute), cast.Get(0, weight), cast.Get(1, bias));

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            cast.Dispose();
        }

        base.Dispose(disposing);
    }
}
