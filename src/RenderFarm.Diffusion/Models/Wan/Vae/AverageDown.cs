using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Vae;

/// <summary>
/// A shortcut down a level: blocks of space and time become channels, in the order channel, time, row, column, and consecutive groups of
/// those their means.
/// </summary>
internal sealed class AverageDown(long outputs, long time, long space)
{
    /// <summary>From [B, T, H, W, C] to [B, T / time, H / space, W / space, outputs]. Borrows its argument; the result is the caller's.</summary>
    public Tensor Forward(Tensor chunk)
    {
        using IDisposable scope = NewDisposeScope();

        // What lacks frames, as a stream's first chunk does, gets zeros in front.
        long missing = (time - chunk.shape[1] % time) % time;
        Tensor whole = missing == 0 ? chunk : nn.functional.pad(chunk, [0, 0, 0, 0, 0, 0, missing, 0]);
        long batch = whole.shape[0], frames = whole.shape[1] / time, height = whole.shape[2] / space, width = whole.shape[3] / space;
        return whole.view(batch, frames, time, height, space, width, space, whole.shape[4])
            .permute(0, 1, 3, 5, 7, 2, 4, 6)
            .reshape(batch, frames, height, width, outputs, whole.shape[4] * time * space * space / outputs)
            .mean([-1]).MoveToOuterDisposeScope();
    }
}
