using RenderFarm.Diffusion.Models;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Diffusion.Windows;
using RenderFarm.Plans;
using static TorchSharp.torch;

namespace RenderFarm.Training.Evaluation.Films;

/// <summary>Makes whole films in this process, and decodes them as one stream.</summary>
internal sealed class FilmMaker(IVideoModel model)
{
    /// <summary>Latent frames decoded at once.</summary>
    private const int Chunk = 8;

    /// <summary>Denoises and decodes a film.</summary>
    /// <param name="plan">The film.</param>
    /// <param name="take">Given the film's next frames, uint8 [F, H, W, 3] on the CPU; borrowed.</param>
    /// <param name="cancellationToken">Looked at before every prediction.</param>
    public void Make(RenderPlan plan, Action<Tensor> take, CancellationToken cancellationToken)
    {
        using IDisposable gradients = no_grad();
        using Tensor latents = Denoise(plan, cancellationToken);
        Decode(latents, plan.Frames, take);
    }

    private Tensor Denoise(RenderPlan plan, CancellationToken cancellationToken)
    {
        // A whole film allocates more than one pause may: the pause ends and begins anew after every step.
        IDisposable pause = CollectionPause.Begin();
        try
        {
            return new TimelineDenoiser(model).Denoise(
                plan,
                (_, _) =>
                {
                    pause.Dispose();
                    pause = CollectionPause.Begin();
                },
                cancellationToken);
        }
        finally
        {
            pause.Dispose();
        }
    }

    private void Decode(Tensor latents, int frames, Action<Tensor> take)
    {
        using ILatentDecoder decoder = model.CreateDecoder();
        for (long start = 0, done = 0; start < latents.shape[1]; start += Chunk)
        {
            using IDisposable pause = CollectionPause.Begin();
            using IDisposable scope = NewDisposeScope();
            Tensor decoded = decoder.Decode(latents.narrow(1, start, Math.Min(Chunk, latents.shape[1] - start)).contiguous());
            long count = Math.Min(decoded.shape[0], frames - done);
            if (count > 0)
            {
                take(decoded.narrow(0, 0, count).contiguous());
            }

            done += count;
        }
    }
}
