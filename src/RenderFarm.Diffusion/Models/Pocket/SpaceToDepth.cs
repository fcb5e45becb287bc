using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Pocket;

/// <summary>Folds 2x2 cells of [N, H, W, C] into the channels of one, and back.</summary>
internal static class SpaceToDepth
{
    /// <summary>[N, H, W, C] to [N, H / 2, W / 2, 4C].</summary>
    public static Tensor Fold(Tensor cells)
    {
        long count = cells.shape[0], height = cells.shape[1] / 2, width = cells.shape[2] / 2, channels = cells.shape[3];
        return cells.reshape(count, height, 2, width, 2, channels).permute(0, 1, 3, 2, 4, 5).reshape(count, height, width, 4 * channels);
    }

    /// <summary>[N, H, W, 4C] to [N, 2H, 2W, C].</summary>
    public static Tensor Unfold(Tensor cells)
    {
        long count = cells.shape[0], height = cells.shape[1], width = cells.shape[2], channels = cells.shape[3] / 4;
        return cells.reshape(count, height, width, 2, 2, channels).permute(0, 1, 3, 2, 4, 5).reshape(count, 2 * height, 2 * width, channels);
    }
}
