using RenderFarm.Diffusion.Models;
using RenderFarm.Diffusion.Noise;
using RenderFarm.Diffusion.Sampling;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Jobs;
using RenderFarm.Models;
using static TorchSharp.torch;

namespace RenderFarm.Training.Evaluation;

/// <summary>Samples single windows as a film of one window is made, with the steps, sampler and guidance of <c>model.json</c>.</summary>
internal sealed class WindowSampler(IVideoModel model)
{
    /// <summary>The window's latents, float32 [C, T, h, w], owned by the caller.</summary>
    /// <param name="caption">In the model's caption language.</param>
    /// <param name="size">Of its frames.</param>
    /// <param name="seed">Of the noise.</param>
    /// <param name="known">Latent frames [C, h, w] that stay as they are, by their place in the window; borrowed.</param>
    public Tensor Sample(string caption, FrameSize size, long seed, IReadOnlyDictionary<int, Tensor>? known = null)
    {
        using IDisposable gradients = no_grad();
        using IDisposable whole = NewDisposeScope();
        ModelDescriptor descriptor = model.Descriptor;
        int length = descriptor.WindowLength;
        using Conditioning text = model.EncodeText(caption, "");
        using ISampler sampler = SamplerFactory.Create(descriptor.Sampler, descriptor.Steps, descriptor.Shift);
        NoiseField noise = new(seed, descriptor.LatentChannels, size.Height / descriptor.SpatialStride, size.Width / descriptor.SpatialStride);
        Tensor latents = noise.Window(0, length).to(model.Device);
        Impose(latents, known);
        for (int step = 0; step < sampler.Steps; step++)
        {
            using IDisposable pause = CollectionPause.Begin();
            using IDisposable scope = NewDisposeScope();
            float[] timesteps = new float[length];
            for (int i = 0; i < length; i++)
            {
                timesteps[i] = known?.ContainsKey(i) == true ? 0 : sampler.Timestep(step);
            }

            Tensor velocity = model.Predict(latents, tensor(timesteps), text, descriptor.Guidance, spacing: 1);
            Tensor next = sampler.Step(step, velocity, latents).MoveToOuterDisposeScope();
            Impose(next, known);
            latents.Dispose();
            latents = next;
        }

        return latents.MoveToOuterDisposeScope();
    }

    /// <summary>A stream of latent frames [C, T, h, w] from its beginning on as frames, uint8 [F, H, W, 3] on the CPU, owned by the caller.</summary>
    public Tensor Decode(Tensor latents)
    {
        using IDisposable pause = CollectionPause.Begin();
        using ILatentDecoder decoder = model.CreateDecoder();
        return decoder.Decode(latents);
    }

    private static void Impose(Tensor latents, IReadOnlyDictionary<int, Tensor>? known)
    {
        foreach ((int place, Tensor frame) in known ?? new Dictionary<int, Tensor>())
        {
            using Tensor at = latents.select(1, place);
            using Tensor same = at.copy_(frame);
        }
    }
}
