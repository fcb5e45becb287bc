using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Windows;

/// <summary>Known latent frames anywhere in a window: they stay clean (timestep 0) while the rest is denoised.</summary>
public static class CleanFrames
{
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
