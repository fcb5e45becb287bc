using RenderFarm.Diffusion.Models;
using RenderFarm.Diffusion.Noise;
using RenderFarm.Diffusion.Sampling;
using RenderFarm.Jobs;
using RenderFarm.Plans;
using RenderFarm.Segments;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Windows;

/// <summary>
/// The whole timeline in one process: what the farm's segments must equal bit for bit. Under <c>Parallel</c> there is one global sampler
/// over the whole timeline, under <c>Relay</c> one window after the other.
/// </summary>
public sealed class TimelineDenoiser(IVideoModel model)
{
    /// <summary>The film's latents, float32 [C, L, H, W] on the model's device, owned by the caller.</summary>
    /// <param name="plan">Of this model.</param>
    /// <param name="afterStep">Called with the step and the borrowed latents after it: the timeline's, or under relay the window's.</param>
    /// <param name="cancellationToken">Looked at before every prediction.</param>
    public Tensor Denoise(RenderPlan plan, Action<int, Tensor>? afterStep = null, CancellationToken cancellationToken = default) =>
        plan.Strategy == Strategy.Parallel
            ? DenoiseParallel(plan, afterStep, cancellationToken)
            : DenoiseRelay(plan, afterStep, cancellationToken);

    private Tensor DenoiseParallel(RenderPlan plan, Action<int, Tensor>? afterStep, CancellationToken cancellationToken)
    {
        using IDisposable whole = NewDisposeScope();
        using ISampler sampler = SamplerFactory.Create(plan.Sampler, plan.Steps, plan.Shift);
        Conditioning[] texts = [.. plan.Windows.Select(window => model.EncodeText(window.Caption, plan.NegativeCaption))];
        try
        {
            Tensor latents = FieldOf(plan).Window(0, plan.LatentFrames).to(model.Device);
            for (int step = 0; step < plan.Steps; step++)
            {
                using IDisposable scope = NewDisposeScope();
                Tensor[] predictions = new Tensor[plan.Windows.Count];
                foreach (PlannedWindow window in plan.Windows)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Tensor timesteps = CleanFrames.Timesteps(sampler.Timestep(step), window.Length, clean: 0).to(model.Device);
                    Tensor view = latents.narrow(1, window.Start, window.Length).contiguous();
                    predictions[window.Index] = model.Predict(view, timesteps, texts[window.Index], plan.Guidance);
                }

                Tensor next = sampler.Step(step, Merge(plan, step, predictions), latents).MoveToOuterDisposeScope();
                latents.Dispose();
                latents = next;
                afterStep?.Invoke(step, latents);
            }

            return latents.MoveToOuterDisposeScope();
        }
        finally
        {
            Array.ForEach(texts, text => text.Dispose());
        }
    }

    /// <summary>All windows' predictions as one over the timeline.</summary>
    private static Tensor Merge(RenderPlan plan, int step, Tensor[] predictions)
    {
        Tensor merged = empty(
            [plan.LatentChannels, plan.LatentFrames, plan.LatentHeight, plan.LatentWidth], float32, predictions[0].device);
        foreach (PlannedWindow window in plan.Windows)
        {
            int alone = window.Length - window.OverlapBefore - window.OverlapAfter;
            if (alone > 0)
            {
                merged.narrow(1, window.Start + window.OverlapBefore, alone).copy_(predictions[window.Index].narrow(1, window.OverlapBefore, alone));
            }

            if (window.OverlapAfter > 0)
            {
                PlannedWindow following = plan.Windows[window.Index + 1];
                Tensor left = Agreement.Offer(predictions[window.Index], window, HaloSide.After);
                Tensor right = Agreement.Offer(predictions[following.Index], following, HaloSide.Before);
                Tensor agreed = Agreement.Blend(left, right, BlendWeights.Right(plan, window.Index, step));
                merged.narrow(1, following.Start, window.OverlapAfter).copy_(agreed);
            }
        }

        return merged;
    }

    private Tensor DenoiseRelay(RenderPlan plan, Action<int, Tensor>? afterStep, CancellationToken cancellationToken)
    {
        using IDisposable whole = NewDisposeScope();
        Tensor timeline = empty([plan.LatentChannels, plan.LatentFrames, plan.LatentHeight, plan.LatentWidth], float32, model.Device);
        foreach (PlannedWindow window in plan.Windows)
        {
            using IDisposable own = NewDisposeScope();
            using ISampler sampler = SamplerFactory.Create(plan.Sampler, plan.Steps, plan.Shift);
            using Conditioning text = model.EncodeText(window.Caption, plan.NegativeCaption);
            Tensor clean = timeline.narrow(1, window.Start, window.OverlapBefore);
            Tensor latents = FieldOf(plan).Window(window.Start, window.Length).to(model.Device);
            CleanFrames.Impose(latents, clean);
            for (int step = 0; step < plan.Steps; step++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using IDisposable scope = NewDisposeScope();
                Tensor timesteps = CleanFrames.Timesteps(sampler.Timestep(step), window.Length, window.OverlapBefore).to(model.Device);
                Tensor velocity = model.Predict(latents, timesteps, text, plan.Guidance);
                Tensor next = sampler.Step(step, velocity, latents).MoveToOuterDisposeScope();
                CleanFrames.Impose(next, clean);
                latents.Dispose();
                latents = next;
                afterStep?.Invoke(step, latents);
            }

            timeline.narrow(1, window.Start, window.Length).copy_(latents);
        }

        return timeline.MoveToOuterDisposeScope();
    }

    private static NoiseField FieldOf(RenderPlan plan) => new(plan.Seed, plan.LatentChannels, plan.LatentHeight, plan.LatentWidth);
}
