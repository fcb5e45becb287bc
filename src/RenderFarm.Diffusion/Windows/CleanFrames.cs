using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Windows;

/// <summary>Known latent frames at a window's beginning: they stay clean (timestep 0) while the rest is denoised.</summary>
public static class CleanFrames
{
    /// <summary>One timestep a latent frame: 0 for the first <paramref name="clean"/>, the step's for the others. Float32 [T] on the CPU, owned by the caller.</summary>
    public static Tensor Timesteps(float timestep, int length, int clean)
    {
        float[] timesteps = new float[length];
        Array.Fill(timesteps, timestep, clean, length - clean);
        return tensor(timesteps);
    }

    /// <summary>Overwrites the first latent frames of <paramref name="latents"/> [C, T, H, W] with <paramref name="clean"/> [C, O, H, W]: at the start and after every step.</summary>
    public static void Impose(Tensor latents, Tensor clean)
    {
        using Tensor head = latents.narrow(1, 0, clean.shape[1]);
        using Tensor same = head.copy_(clean);
    }
}
