using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Vae;

/// <summary>A tile's part of the rows, or of the columns, of a frame, in latent cells.</summary>
/// <param name="Start">First cell.</param>
/// <param name="Length">Count of cells.</param>
/// <param name="Before">Cells shared with the span before; 0 for the first.</param>
/// <param name="After">Cells shared with the span after; 0 for the last.</param>
internal sealed record TileSpan(long Start, long Length, long Before, long After)
{
    /// <summary>Spans of about one length, at most <paramref name="size"/>, neighbours sharing <paramref name="overlap"/> cells exactly.</summary>
    /// <param name="cells">Rows or columns of the frame.</param>
    public static TileSpan[] Cut(long cells, long size, long overlap)
    {
        if (cells <= size)
        {
            return [new TileSpan(0, cells, 0, 0)];
        }

        long own = cells - overlap, count = (own + size - overlap - 1) / (size - overlap);
        var spans = new TileSpan[count];
        for (long i = 0; i < count; i++)
        {
            long start = i * own / count, end = (i + 1) * own / count + overlap;
            spans[i] = new TileSpan(start, end - start, i == 0 ? 0 : overlap, i == count - 1 ? 0 : overlap);
        }

        return spans;
    }

    /// <summary>The span of a dimension that has <paramref name="scale"/> places a cell; a view, the caller's.</summary>
    public Tensor Of(Tensor whole, int dimension, long scale) => whole.narrow(dimension, Start * scale, Length * scale);

    /// <summary>Weights of the span's places, float32 [Length * scale]: ramps where it is shared, such that all spans' weights add up to 1.</summary>
    public Tensor Weights(long scale, Device device)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor weights = ones([Length * scale], ScalarType.Float32, device);
        if (Before > 0)
        {
            weights.narrow(0, 0, Before * scale).copy_(Ramp(Before * scale, device));
        }

        if (After > 0)
        {
            weights.narrow(0, (Length - After) * scale, After * scale).copy_(Ramp(After * scale, device).flip(0));
        }

        return weights.MoveToOuterDisposeScope();
    }

    /// <summary>Zero in the first quarter of the shared places, for what lies next to a cut suffers from it most; one in the last quarter.</summary>
    private static Tensor Ramp(long places, Device device) =>
        arange(places, ScalarType.Float32, device).add_(0.5 - places / 4.0).div_(places / 2.0).clamp_(0, 1);
}
