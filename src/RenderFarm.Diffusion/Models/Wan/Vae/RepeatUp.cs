using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Vae;

/// <summary>
/// A shortcut up a level: channels are repeated and then spread over blocks of space and time, in the order channel, time, row, column.
/// </summary>
internal sealed class RepeatUp(long outputs, long time, long space)
{
    /// <summary>
    /// From [B, T, H, W, C] to [B, T * time, H * space, W * space, outputs]; a stream's first frame gives one frame, its block's last. Borrows
    /// its argument; the result is the caller's.
    /// </summary>
    public Tensor Forward(Tensor chunk, bool first)
    {
        using IDisposable scope = NewDisposeScope();
        long batch = chunk.shape[0], frames = chunk.shape[1], height = chunk.shape[2], width = chunk.shape[3], inputs = chunk.shape[4];
        Tensor spread = chunk.unsqueeze(-1).expand(-1, -1, -1, -1, -1, outputs * time * space * space / inputs)
            .reshape(batch, frames, height, width, outputs, time, space, space)
            .permute(0, 1, 5, 2, 6, 3, 7, 4)
            .reshape(batch, frames * time, height * space, width * space, outputs);
        return (first ? spread.narrow(1, time - 1, frames * time - time + 1) : spread).MoveToOuterDisposeScope();
    }
}
