using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Pocket;

/// <summary>
/// A size-keeping 2-D convolution over [N, H, W, C] whose float32 weights [outputs, k, k, inputs] are cast to the precision that it
/// computes in. Channels come last because the CPU's convolutions run twice as fast so.
/// </summary>
internal sealed class PocketConv : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly CastCache cast;
    private readonly long[] padding;

    public PocketConv(int inputs, int outputs, int kernel, ScalarType compute, double gain = 1)
        : base(nameof(PocketConv))
    {
        weight = new Parameter(randn(outputs, kernel, kernel, inputs) * (gain / Math.Sqrt(inputs * kernel * kernel)));
        bias = new Parameter(zeros(outputs));
        cast = new CastCache(compute);
        padding = [kernel / 2, kernel / 2];
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => nn.functional.conv2d(
        input.to_type(cast.Compute).permute(0, 3, 1, 2), cast.Get(0, weight).permute(0, 3, 1, 2), cast.Get(1, bias), padding: padding).permute(0, 2, 3, 1);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            cast.Dispose();
        }

        base.Dispose(disposing);
    }
}
