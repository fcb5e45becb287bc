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
/// <param name="model">What denoises.</param>
/// <param name="startImage">The plans' start image, float32 [3, H, W] in [-1, 1], borrowed; null where they have none.</param>
public sealed class TimelineDenoiser(IVideoModel model, Tensor? startImage = null)
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
        using Tensor? start = startImage is null ? null : model.EncodeFrames(startImage.unsqueeze(1));
        if (plan.Strategy == Strategy.Relay)
        {
            return DenoiseRelay(plan, start, afterStep, cancellationToken);
        }

        int[] atStart = start is null ? [] : [0];
        PlannedWindow[] ofKeyframes = [.. plan.KeyframeWindows], ofFilm = [.. plan.FilmWindows];
        if (ofKeyframes.Length == 0)
        {
            return DenoiseTogether(plan, ofFilm, start, atStart, afterStep, cancellationToken);
        }

        using Tensor keyframes = DenoiseTogether(plan, ofKeyframes, start, atStart, afterStep, cancellationToken);
        int[] places = [.. Enumerable.Range(0, (int)keyframes.shape[1]).Select(k => k * ofKeyframes[0].Spacing)];
        return DenoiseTogether(plan, ofFilm, keyframes, places, afterStep, cancellationToken);
    }

    /// <summary>Windows of one spacing as one timeline, [C, T, H, W]: its frame t is the film's t * spacing.</summary>
    /// <param name="plan">Theirs.</param>
    /// <param name="windows">In the order of time.</param>
    /// <param name="clean">What stays clean, [C, K, H, W]; null for nothing.</param>
    /// <param name="places">The timeline's frame that each of them is.</param>
    /// <param name="afterStep">Called with the step and the timeline after it.</param>
    /// <param name="cancellationToken">Looked at before every prediction.</param>
    private Tensor DenoiseTogether(
        RenderPlan plan, PlannedWindow[] windows, Tensor? clean, int[] places, Action<int, Tensor>? afterStep, CancellationToken cancellationToken)
    {
        using IDisposable whole = NewDisposeScope();
        using ISampler sampler = SamplerFactory.Create(plan);
        int[][] held = [.. windows.Select(window => places.Where(window.Holds).ToArray())];
        Conditioning[] conditions = [.. windows.Select((window, i) => ConditionOf(
            plan, sampler, window, Held(i), Known(i)))];
        try
        {
            int spacing = windows[0].Spacing;
            int length = PlaceOf(windows[^1]) + windows[^1].Length;
            Tensor latents = NoiseField.Of(plan).Window(0, length, spacing).to(model.Device);
            Impose(latents, 0);
            for (int step = 0; step < plan.Steps; step++)
            {
                using IDisposable scope = NewDisposeScope();
                Tensor[] predictions = new Tensor[windows.Length];
                for (int i = 0; i < windows.Length; i++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Tensor timesteps = CleanFrames.Timesteps(sampler.Timestep(step), windows[i].Length, model.SeesCleanFrames ? Known(i) : []);
                    Tensor view = latents.narrow(1, PlaceOf(windows[i]), windows[i].Length).contiguous();
                    predictions[i] = model.Predict(view, timesteps, conditions[i], plan.Guidance, spacing);
                }

                Tensor next = sampler.Step(step, Merge(plan, windows, step, predictions, latents), latents).MoveToOuterDisposeScope();
                Impose(next, step + 1);
                latents.Dispose();
                latents = next;
                afterStep?.Invoke(step, latents);
            }

            return latents.MoveToOuterDisposeScope();
        }
        finally
        {
            Array.ForEach(conditions, condition => condition.Dispose());
        }

        Tensor? Held(int window) => held[window].Length == 0
            ? null
            : cat([.. held[window].Select(frame => clean!.narrow(1, Array.IndexOf(places, frame), 1))], 1);

        int[] Known(int window) => [.. held[window].Select(frame => frame - windows[window].Start)];

        void Impose(Tensor latents, int done)
        {
            if (clean is not null && (model.SeesCleanFrames || done == plan.Steps))
            {
                CleanFrames.Impose(latents, clean, places);
            }
        }
    }

    private Conditioning ConditionOf(RenderPlan plan, ISampler sampler, PlannedWindow window, Tensor? clean, int[] known) => model.Condition(new WindowConditions
    {
        Caption = window.Caption,
        NegativeCaption = plan.NegativeCaption,
        Length = window.Length,
        StartImage = startImage,
        Clean = clean,
        CleanPositions = known,
        BeginsWithImage = CleanFrames.BeginsWithImage(plan, window),
        ResidualCache = plan.ResidualCache,
        LastTimestep = sampler.Timestep(plan.Steps - 1),
        LowNoiseGuidance = plan.LowNoiseGuidance,
    });

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

    private Tensor DenoiseRelay(RenderPlan plan, Tensor? start, Action<int, Tensor>? afterStep, CancellationToken cancellationToken)
    {
        using IDisposable whole = NewDisposeScope();
        Tensor timeline = empty([plan.LatentChannels, plan.LatentFrames, plan.LatentHeight, plan.LatentWidth], float32, model.Device);
        foreach (PlannedWindow window in plan.Windows)
        {
            using IDisposable own = NewDisposeScope();
            using ISampler sampler = SamplerFactory.Create(plan);
            Tensor? clean = window.OverlapBefore > 0 ? timeline.narrow(1, window.Start, window.OverlapBefore) : start;
            int[] known = [.. Enumerable.Range(0, (int)(clean?.shape[1] ?? 0))];
            using Conditioning conditions = ConditionOf(plan, sampler, window, clean, known);
            Tensor latents = NoiseField.Of(plan).Window(window.Start, window.Length).to(model.Device);
            Impose(latents, 0);
            for (int step = 0; step < plan.Steps; step++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using IDisposable scope = NewDisposeScope();
                Tensor timesteps = CleanFrames.Timesteps(sampler.Timestep(step), window.Length, model.SeesCleanFrames ? known : []);
                Tensor velocity = model.Predict(latents, timesteps, conditions, plan.Guidance, window.Spacing);
                Tensor next = sampler.Step(step, velocity, latents).MoveToOuterDisposeScope();
                Impose(next, step + 1);
                latents.Dispose();
                latents = next;
                afterStep?.Invoke(step, latents);
            }

            timeline.narrow(1, window.Start, window.Length).copy_(latents);

            void Impose(Tensor latents, int done)
            {
                if (clean is not null && (model.SeesCleanFrames || done == plan.Steps))
                {
                    CleanFrames.Impose(latents, clean, known);
                }
            }
        }

        return timeline.MoveToOuterDisposeScope();
    }
}
