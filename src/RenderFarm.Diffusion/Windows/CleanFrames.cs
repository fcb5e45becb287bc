using RenderFarm.Jobs;
using RenderFarm.Plans;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Windows;

/// <summary>Known latent frames anywhere in a window: they stay clean (timestep 0) while the rest is denoised.</summary>
public static class CleanFrames
{
    /// <summary>Whether a window's first frame is the plan's start image, encoded: no other window gives it that one.</summary>
    public static bool BeginsWithImage(RenderPlan plan, PlannedWindow window) => plan.StartImage is not null && window.Start == 0
        && !KnownFrames.Of(plan, window).Any(known => known.Positions[0] == 0);

    /// <summary>A picture's pixels as a model takes them, float32 [3, H, W] in [-1, 1] on a device, owned by the caller.</summary>
    /// <param name="rgb">8 bits each of red, green and blue, row by row.</param>
    /// <param name="size">Of the picture.</param>
    /// <param name="device">Where it shall lie.</param>
    public static Tensor Image(byte[] rgb, FrameSize size, Device device)
    {
        using IDisposable scope = NewDisposeScope();
        return (tensor(rgb, [size.Height, size.Width, 3]).to(device).permute(2, 0, 1).to_type(ScalarType.Float32) / 127.5 - 1)
            .contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>One timestep a latent frame: 0 at the positions in <paramref name="clean"/>, the step's at the others. Float32 [T] on the CPU, owned by the caller.</summary>
    public static Tensor Timesteps(float timestep, int length, IEnumerable<int> clean)
    {
        float[] timesteps = new float[length];
        Array.Fill(timesteps, timestep);
        foreach (int position in clean)
        {
            timesteps[position] = 0;
        }

        return tensor(timesteps);
    }

    /// <summary>
    /// Overwrites latent frames of <paramref name="latents"/> [C, T, H, W]: at the start and after every step, so that it does not matter
    /// what was predicted for them.
    /// </summary>
    /// <param name="latents">Changed in place.</param>
    /// <param name="clean">The known frames, [C, K, H, W].</param>
    /// <param name="positions">Where each of them lies in <paramref name="latents"/>, K of them.</param>
    /// <exception cref="ArgumentException">There are not as many positions as frames.</exception>
    public static void Impose(Tensor latents, Tensor clean, IReadOnlyList<int> positions)
    {
        if (clean.shape[1] != positions.Count)
        {
            throw new ArgumentException($"there are {positions.Count} positions for {clean.shape[1]} clean frames", nameof(positions));
        }

        using IDisposable scope = NewDisposeScope();
        for (int i = 0; i < positions.Count; i++)
        {
            latents.narrow(1, positions[i], 1).copy_(clean.narrow(1, i, 1));
        }
    }
}
