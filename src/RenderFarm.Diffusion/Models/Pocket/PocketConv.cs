using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Pocket;

/// <summary>A size-keeping 2-D convolution over [N, C, H, W] whose float32 weights are cast to the precision that it computes in.</summary>
internal sealed class PocketConv : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly CastCache cast;
    private readonly long[] padding;

    public PocketConv(int inputs, int outputs, int kernel, ScalarType compute, double gain = 1)
        : base(nameof(PocketConv))
    {
        weight = new Parameter(randn(outputs, inputs, kernel, kernel) * (gain / Math.Sqrt(inputs * kernel * kernel)));
        bias = new Parameter(zeros(outputs));
        cast = new CastCache(compute);
        padding = [kernel / 2, kernel / 2];
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) =>
        nn.functional.conv2d(input.to_type(cast.Compute), cast.Get(0, weight), cast.Get(1, bias), padding: padding);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            cast.Dispose();
        }

        base.Dispose(disposing);
    }
}
