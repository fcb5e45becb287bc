using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Transformer;

/// <summary>
/// Rotary embedding (arXiv 2104.09864) of a grid of tokens. Of a head's d / 2 pairs of neighbouring channels the first turn with the
/// frame, then d / 6 (rounded down) with the row and as many with the column, pair i of n at 10000^(-i/n) a step.
/// </summary>
public static class RotaryTable
{
    /// <summary>e^(i angle) of each token (frame, then row, then column) and pair, [1, T * h * w, 1, d / 2], complex64; owned by the caller.</summary>
    /// <param name="grid">Tokens along time, height and width.</param>
    /// <param name="spacing">Positions from one frame to the next.</param>
    /// <param name="headWidth">d.</param>
    /// <param name="device">Where the table shall lie.</param>
    public static Tensor Create((long Time, long Height, long Width) grid, int spacing, long headWidth, Device device)
    {
        using IDisposable scope = NewDisposeScope();
        long across = headWidth / 6, pairs = headWidth / 2;
        Tensor angles = cat(
            [
                Angles(grid.Time, spacing, pairs - 2 * across).view(grid.Time, 1, 1, -1).expand(grid.Time, grid.Height, grid.Width, -1),
                Angles(grid.Height, 1, across).view(1, grid.Height, 1, -1).expand(grid.Time, grid.Height, grid.Width, -1),
                Angles(grid.Width, 1, across).view(1, 1, grid.Width, -1).expand(grid.Time, grid.Height, grid.Width, -1),
            ],
            -1);

        // Rounded once, after all that is done in 64 bits.
        Tensor turns = stack([angles.cos(), angles.sin()], -1).to_type(ScalarType.Float32);
        return turns.view(1, -1, 1, pairs, 2).to(device).view_as_complex().MoveToOuterDisposeScope();
    }

    private static Tensor Angles(long count, int spacing, long pairs)
    {
        double[] angles = new double[count * pairs];
        for (long position = 0; position < count; position++)
        {
            for (long pair = 0; pair < pairs; pair++)
            {
                angles[position * pairs + pair] = position * spacing * Math.Pow(10000, -(double)pair / pairs);
            }
        }

        return tensor(angles, [count, pairs]);
    }
}
