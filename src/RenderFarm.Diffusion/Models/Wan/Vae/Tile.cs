using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Vae;

/// <summary>A rectangle of latent cells that goes through the VAE by itself.</summary>
internal sealed record Tile(TileSpan Rows, TileSpan Columns)
{
    /// <summary>The tiles of a frame, row by row: one where tiling is off or the frame is small enough.</summary>
    /// <param name="rows">Latent rows of the frame.</param>
    /// <param name="columns">Latent columns.</param>
    /// <param name="stride">Pixels a cell, both ways.</param>
    /// <param name="tiling">Null for none.</param>
    public static Tile[] Cut(long rows, long columns, long stride, WanVaeTiling? tiling)
    {
        if (tiling is null || rows * stride * columns * stride <= tiling.AbovePixels)
        {
            return [new Tile(new TileSpan(0, rows, 0, 0), new TileSpan(0, columns, 0, 0))];
        }

        TileSpan[] across = TileSpan.Cut(columns, tiling.Size, tiling.Overlap);
        return [.. TileSpan.Cut(rows, tiling.Size, tiling.Overlap).SelectMany(_ => across, (down, side) => new Tile(down, side))];
    }

    /// <summary>The tile's part of a tensor whose rows and columns have <paramref name="scale"/> places a cell; a view, the caller's.</summary>
    public Tensor Of(Tensor whole, int rowDimension, long scale)
    {
        using Tensor band = Rows.Of(whole, rowDimension, scale);
        return Columns.Of(band, rowDimension + 1, scale);
    }

    /// <summary>Adds what the tile made, float32 [B, T, H, W, C], to a frame that began as zeros, weighted by its ramps.</summary>
    public void AddTo(Tensor whole, Tensor part, long scale)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor weights = Rows.Weights(scale, part.device).unsqueeze(1) * Columns.Weights(scale, part.device);
        Of(whole, 2, scale).add_(part * weights.unsqueeze(-1));
    }
}
