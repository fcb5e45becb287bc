using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Vae;

/// <summary>Frames as the network sees them: squares of pixels as channels, in the order colour, column, row.</summary>
internal static class PixelPatches
{
    /// <summary>From [B, 3, T, H, W] to [B, T, H / side, W / side, 3 * side * side], contiguous, owned by the caller.</summary>
    public static Tensor Cut(Tensor frames, long side)
    {
        using IDisposable scope = NewDisposeScope();
        long batch = frames.shape[0], time = frames.shape[2], height = frames.shape[3] / side, width = frames.shape[4] / side;
        return frames.reshape(batch, 3, time, height, side, width, side)
            .permute(0, 2, 3, 5, 1, 6, 4)
            .reshape(batch, time, height, width, 3 * side * side).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>The reverse, to [B, T, H, W, 3]: a picture's channels stay last. Borrows its argument; the result is the caller's.</summary>
    public static Tensor Join(Tensor patches, long side)
    {
        using IDisposable scope = NewDisposeScope();
        long batch = patches.shape[0], time = patches.shape[1], height = patches.shape[2], width = patches.shape[3];
        return patches.view(batch, time, height, width, 3, side, side)
            .permute(0, 1, 2, 6, 3, 5, 4)
            .reshape(batch, time, height * side, width * side, 3).MoveToOuterDisposeScope();
    }
}
