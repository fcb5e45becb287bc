using RenderFarm.Diffusion.Tensors;
using RenderFarm.Diffusion.Windows;
using RenderFarm.Jobs;
using RenderFarm.Plans;
using RenderFarm.Rendering.Checkpoints;
using RenderFarm.Rendering.Devices;
using RenderFarm.Rendering.Stitching;
using static TorchSharp.torch;

namespace RenderFarm.Rendering.Tests.Segments;

/// <summary>What one process without windows' workers makes of a plan on the same device.</summary>
/// <param name="Windows">Each window's latents after each step, [step][window], cut from the timeline but under <c>Relay</c>.</param>
/// <param name="Finals">Each window's frames of the film's final latents, be it a window of keyframes or of the film.</param>
/// <param name="Hash">Of the whole timeline.</param>
internal sealed record Reference(IReadOnlyList<byte[][]> Windows, IReadOnlyList<byte[]> Finals, string Hash)
{
    private static readonly Dictionary<string, Reference> Known = [];

    /// <summary>Computed once for a plan: tests of one collection do not run at once.</summary>
    public static async Task<Reference> OfAsync(DeviceExecutor executor, RenderPlan plan, CancellationToken cancellationToken)
    {
        string key = PlanFingerprint.Of(plan);
        if (!Known.TryGetValue(key, out Reference? reference))
        {
            reference = Known[key] = await ComputeAsync(executor, plan, cancellationToken);
        }

        return reference;
    }

    private static Task<Reference> ComputeAsync(DeviceExecutor executor, RenderPlan plan, CancellationToken cancellationToken) => executor.RunAsync(
        default,
        models =>
        {
            byte[][][] steps = [.. Enumerable.Range(0, plan.Steps).Select(_ => new byte[plan.Windows.Count][])];
            int seen = 0;
            using Tensor timeline = new TimelineDenoiser(models.Get(plan.Model), StartPicture.Of(plan)).Denoise(plan, (step, latents) =>
            {
                // Relay shows one window after the other.
                if (plan.Strategy == Strategy.Relay)
                {
                    steps[step][seen++ / plan.Steps] = TensorBytes.FromTensor(latents);
                    return;
                }

                // Anchored shows the keyframes' timeline before the film's.
                bool isFilm = seen++ >= plan.Steps || !plan.KeyframeWindows.Any();
                foreach (PlannedWindow window in isFilm ? plan.FilmWindows : plan.KeyframeWindows)
                {
                    steps[step][window.Index] = Cut(latents, window.Start / window.Spacing, window.Length);
                }
            }, cancellationToken);
            using var hash = new LatentsHash();
            hash.Append(timeline);
            return new Reference(steps, [.. plan.Windows.Select(window => FramesOf(timeline, window))], hash.Finish());
        },
        cancellationToken);

    private static byte[] Cut(Tensor timeline, int start, int length)
    {
        using Tensor cut = timeline.narrow(1, start, length);
        return TensorBytes.FromTensor(cut);
    }

    private static byte[] FramesOf(Tensor timeline, PlannedWindow window)
    {
        using Tensor frames = tensor(Enumerable.Range(0, window.Length).Select(i => (long)(window.Start + (i * window.Spacing))).ToArray());
        using Tensor cut = timeline.index_select(1, frames);
        return TensorBytes.FromTensor(cut);
    }
}
