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
/// over the whole timeline, under <c>Anchored</c> one over the keyframes and then one over the whole timeline, under <c>Relay</c> one
/// window after the other.
/// </summary>
public sealed class TimelineDenoiser(IVideoModel model)
{
    /// <summary>The film's latents, float32 [C, L, H, W] on the model's device, owned by the caller.</summary>
    /// <param name="plan">Of this model.</param>
    /// <param name="afterStep">
    /// Called with the step and the borrowed latents after it: the timeline's; under relay the window's; under anchored first the
    /// keyframes' in each step [C, K, H, W], then the timeline's.
    /// </param>
    /// <param name="cancellationToken">Looked at before every prediction.</param>
    public Tensor Denoise(RenderPlan plan, Action<int, Tensor>? afterStep = null, CancellationToken cancellationToken = default)
    {
        if (plan.Strategy == Strategy.Relay)
        {
            return DenoiseRelay(plan, afterStep, cancellationToken);
        }

        PlannedWindow[] ofKeyframes = [.. plan.KeyframeWindows], ofFilm = [.. plan.FilmWindows];
        if (ofKeyframes.Length == 0)
        {
            return DenoiseTogether(plan, ofFilm, keyframes: null, keyframeSpacing: 1, afterStep, cancellationToken);
        }

        using Tensor keyframes = DenoiseTogether(plan, ofKeyframes, keyframes: null, keyframeSpacing: 1, afterStep, cancellationToken);
        return DenoiseTogether(plan, ofFilm, keyframes, ofKeyframes[0].Spacing, afterStep, cancellationToken);
    }

    /// <summary>Windows of one spacing as one timeline, [C, T, H, W]: its frame t is the film's t * spacing.</summary>
    /// <param name="plan">Theirs.</param>
    /// <param name="windows">In the order of time.</param>
    /// <param name="keyframes">What stays clean, [C, K, H, W]; null for nothing.</param>
    /// <param name="keyframeSpacing">The k-th keyframe is the film's frame k * spacing.</param>
    /// <param name="afterStep">Called with the step and the timeline after it.</param>
    /// <param name="cancellationToken">Looked at before every prediction.</param>
    private Tensor DenoiseTogether(
        RenderPlan plan, PlannedWindow[] windows, Tensor? keyframes, int keyframeSpacing, Action<int, Tensor>? afterStep, CancellationToken cancellationToken)
    {
        using IDisposable whole = NewDisposeScope();
        using ISampler sampler = SamplerFactory.Create(plan.Sampler, plan.Steps, plan.Shift);
        int[] clean = keyframes is null ? [] : [.. Enumerable.Range(0, (int)keyframes.shape[1]).Select(k => k * keyframeSpacing)];
        Conditioning[] texts = [.. windows.Select(window => model.EncodeText(window.Caption, plan.NegativeCaption))];
        try
        {
            int spacing = windows[0].Spacing;
            int length = PlaceOf(windows[^1]) + windows[^1].Length;
            Tensor latents = FieldOf(plan).Window(0, length, spacing).to(model.Device);
            Impose(latents);
            for (int step = 0; step < plan.Steps; step++)
            {
                using IDisposable scope = NewDisposeScope();
                Tensor[] predictions = new Tensor[windows.Length];
                for (int i = 0; i < windows.Length; i++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    PlannedWindow window = windows[i];
                    IEnumerable<int> known = clean.Where(window.Holds).Select(frame => frame - window.Start);
                    Tensor timesteps = CleanFrames.Timesteps(sampler.Timestep(step), window.Length, known).to(model.Device);
                    Tensor view = latents.narrow(1, PlaceOf(window), window.Length).contiguous();
                    predictions[i] = model.Predict(view, timesteps, texts[i], plan.Guidance, spacing);
                }

                Tensor next = sampler.Step(step, Merge(plan, windows, step, predictions, latents), latents).MoveToOuterDisposeScope();
                Impose(next);
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

        void Impose(Tensor latents)
        {
            if (keyframes is not null)
            {
                CleanFrames.Impose(latents, keyframes, clean);
            }
        }
    }

    /// <summary>All windows' predictions as one over their timeline, of <paramref name="latents"/>' shape.</summary>
    private static Tensor Merge(RenderPlan plan, PlannedWindow[] windows, int step, Tensor[] predictions, Tensor latents)
    {
        Tensor merged = empty_like(latents);
        for (int i = 0; i < windows.Length; i++)
        {
            PlannedWindow window = windows[i];
            int alone = window.Length - window.OverlapBefore - window.OverlapAfter;
            if (alone > 0)
            {
                merged.narrow(1, PlaceOf(window) + window.OverlapBefore, alone).copy_(predictions[i].narrow(1, window.OverlapBefore, alone));
            }

            if (window.OverlapAfter > 0)
            {
                PlannedWindow following = windows[i + 1];
                Tensor left = Agreement.Offer(predictions[i], window, HaloSide.After);
                Tensor right = Agreement.Offer(predictions[i + 1], following, HaloSide.Before);
                Tensor agreed = Agreement.Blend(left, right, BlendWeights.Right(plan, window.Index, step));
                merged.narrow(1, PlaceOf(following), window.OverlapAfter).copy_(agreed);
            }
        }

        return merged;
    }

    /// <summary>Where a window begins among the frames of its own spacing.</summary>
    private static int PlaceOf(PlannedWindow window) => window.Start / window.Spacing;

    private Tensor DenoiseRelay(RenderPlan plan, Action<int, Tensor>? afterStep, CancellationToken cancellationToken)
    {
        using IDisposable whole = NewDisposeScope();
        Tensor timeline = empty([plan.LatentChannels, plan.LatentFrames, plan.LatentHeight, plan.LatentWidth], float32, model.Device);
        foreach (PlannedWindow window in plan.Windows)
        {
            using IDisposable own = NewDisposeScope();
            using ISampler sampler = SamplerFactory.Create(plan.Sampler, plan.Steps, plan.Shift);
            using Conditioning text = model.EncodeText(window.Caption, plan.NegativeCaption);
            int[] known = [.. Enumerable.Range(0, window.OverlapBefore)];
            Tensor clean = timeline.narrow(1, window.Start, window.OverlapBefore);
            Tensor latents = FieldOf(plan).Window(window.Start, window.Length).to(model.Device);
            CleanFrames.Impose(latents, clean, known);
            for (int step = 0; step < plan.Steps; step++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using IDisposable scope = NewDisposeScope();
                Tensor timesteps = CleanFrames.Timesteps(sampler.Timestep(step), window.Length, known).to(model.Device);
                Tensor velocity = model.Predict(latents, timesteps, text, plan.Guidance, window.Spacing);
                Tensor next = sampler.Step(step, velocity, latents).MoveToOuterDisposeScope();
                CleanFrames.Impose(next, clean, known);
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
