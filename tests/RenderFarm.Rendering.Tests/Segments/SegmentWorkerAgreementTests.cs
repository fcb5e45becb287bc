using System.Runtime.InteropServices;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Diffusion.Tests;
using RenderFarm.Diffusion.Windows;
using RenderFarm.Errors;
using RenderFarm.Jobs;
using RenderFarm.Plans;
using RenderFarm.Storage;
using static TorchSharp.torch;

namespace RenderFarm.Rendering.Tests.Segments;

[Collection(nameof(TensorAccounting))]
public sealed class SegmentWorkerAgreementTests(PocketDevice device) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("renderfarm-agreement-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(SamplerKind.Euler, Blend.Linear)]
    [InlineData(SamplerKind.Euler, Blend.Cut)]
    [InlineData(SamplerKind.Euler, Blend.Pyramid)]
    [InlineData(SamplerKind.UniPC, Blend.Linear)]
    [InlineData(SamplerKind.UniPC, Blend.Cut)]
    [InlineData(SamplerKind.UniPC, Blend.Pyramid)]
    public async Task Run_Parallel_AgreesAfterEveryStepAndEqualsTheWholeTimeline(SamplerKind sampler, Blend blend)
    {
        RenderPlan plan = device.Models.Plan(windows: 4, spec => spec with { Sampler = sampler, Blend = blend });
        await using var ring = new WorkerRing(plan, device.Executor, new FolderArtifactStore(_folder));
        await RequireTheWholeTimelineAsync(plan, ring);
    }

    /// <summary>Two shots of 7 and 9 keyframes, each in two windows that agree, under 15 windows of the film.</summary>
    [Theory]
    [InlineData(SamplerKind.Euler, Blend.Cut)]
    [InlineData(SamplerKind.UniPC, Blend.Linear)]
    public async Task Run_Anchored_AgreesAfterEveryStepAndEqualsTheWholeTimeline(SamplerKind sampler, Blend blend)
    {
        RenderPlan plan = device.Models.Plan(
            windows: 15, spec => spec with { Sampler = sampler, Blend = blend, Strategy = Strategy.Anchored, Steps = 3 }, shots: 2);
        Assert.Equal([0, 1, 0, 3], plan.KeyframeWindows.Select(window => window.OverlapBefore));
        await using var ring = new WorkerRing(plan, device.Executor, new FolderArtifactStore(_folder));
        await RequireTheWholeTimelineAsync(plan, ring);

        (int Window, int Step)[] done = [.. ring.Done];
        foreach (PlannedWindow window in plan.FilmWindows)
        {
            IReadOnlyList<KnownFrames> known = KnownFrames.Of(plan, window);
            Assert.NotEmpty(known);
            byte[] film = await ring.FinalAsync(window.Index);
            foreach (KnownFrames frames in known)
            {
                Assert.True(
                    Array.IndexOf(done, (frames.Source, plan.Steps - 1)) < Array.IndexOf(done, (window.Index, 0)),
                    $"window {window.Index} did not wait for window {frames.Source}");
                byte[] keyframes = await ring.FinalAsync(frames.Source);
                for (int i = 0; i < frames.Positions.Count; i++)
                {
                    // As clean as they were in every step, at both ends.
                    Assert.Equal(Frames(keyframes, plan, frames.SourceStart + i, 1), Frames(film, plan, frames.Positions[i], 1));
                    Assert.Equal(Frames(keyframes, plan, frames.SourceStart + i, 1), Frames(ring.Latents[(window.Index, 0)], plan, frames.Positions[i], 1));
                }
            }
        }
    }

    /// <summary>With every option of a plan that changes what windows see or begin with.</summary>
    [Theory]
    [InlineData(Strategy.Parallel)]
    [InlineData(Strategy.Relay)]
    [InlineData(Strategy.Anchored)]
    public async Task Run_FromAStartImage_KeepsItAndEqualsTheWholeTimeline(Strategy strategy)
    {
        var store = new FolderArtifactStore(_folder);
        RenderPlan plain = device.Models.Plan(windows: 4, spec => spec with { Strategy = strategy, Steps = 3 });
        string image = await StartImages.PutAsync(store, StartPicture.Rgb(plain.Size), Token);
        RenderPlan plan = device.Models.Plan(windows: 4, spec => spec with
        {
            Strategy = strategy,
            Steps = 3,
            StartImage = image,
            Noise = NoiseKind.FreeNoise,
            AnchorFrame = strategy == Strategy.Parallel,
            Schedule = UniPCSchedule.Endpoint0999,
        });
        Assert.Equal(strategy == Strategy.Parallel, plan.Windows.Any(window => window.Lead == 1));
        await using var ring = new WorkerRing(plan, device.Executor, store);
        await RequireTheWholeTimelineAsync(plan, ring);
        byte[] film = await ring.FinalAsync(plan.FilmWindows.First().Index);
        byte[] encoded = await device.Executor.RunAsync(
            default,
            models =>
            {
                using Tensor frame = StartPicture.Of(plan)!.unsqueeze(1), latents = models.Get(plan.Model).EncodeFrames(frame);
                return TensorBytes.FromTensor(latents);
            },
            Token);
        Assert.Equal(encoded, Frames(film, plan, 0, 1));
    }

    [Fact]
    public async Task Run_StartImageIsDamaged_FailsByItsName()
    {
        var store = new FolderArtifactStore(_folder);
        RenderPlan plan = device.Models.Plan(windows: 2, spec => spec with { StartImage = new string('0', 64) });
        await store.WriteAsync($"inputs/{plan.StartImage}", new byte[12], Token);
        await using var ring = new WorkerRing(plan, device.Executor, store);
        ring.Start();
        await ring.Completion(0);
        Assert.Equal(ErrorCodes.CorruptArtifact, ring.Progress(0).ErrorCode);
        Assert.Contains(plan.StartImage!, ring.Progress(0).ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AnchoredFilmOfOneWindow_EqualsParallel()
    {
        byte[][] films = new byte[2][];
        foreach ((int i, Strategy strategy) in new[] { (0, Strategy.Parallel), (1, Strategy.Anchored) })
        {
            RenderPlan plan = device.Models.Plan(windows: 1, spec => spec with { Strategy = strategy });
            await using var ring = new WorkerRing(plan, device.Executor, new FolderArtifactStore(Path.Combine(_folder, $"{strategy}")));
            await ring.RunAsync(Token);
            films[i] = await ring.FinalAsync(0);
        }

        Assert.Equal(films[0], films[1]);
    }

    [Theory]
    [InlineData(SamplerKind.Euler)]
    [InlineData(SamplerKind.UniPC)]
    public async Task Run_Relay_EqualsTheWholeTimeline(SamplerKind sampler)
    {
        RenderPlan plan = device.Models.Plan(windows: 3, spec => spec with { Sampler = sampler, Strategy = Strategy.Relay });
        Reference reference = await Reference.OfAsync(device.Executor, plan, Token);
        await using var ring = new WorkerRing(plan, device.Executor, new FolderArtifactStore(_folder));
        await ring.RunAsync(Token);

        Assert.Equal(plan.Windows.SelectMany(window => Enumerable.Range(0, plan.Steps).Select(step => (window.Index, step))), ring.Done);
        foreach (PlannedWindow window in plan.Windows)
        {
            Assert.Equal(reference.Finals[window.Index], await ring.FinalAsync(window.Index));
            for (int step = 0; step < plan.Steps; step++)
            {
                Assert.Equal(0, LargestDifference(reference.Windows[step][window.Index], ring.Latents[(window.Index, step)]));
            }
        }
    }

    /// <summary>Runs a plan's windows and compares every step of each.</summary>
    private async Task RequireTheWholeTimelineAsync(RenderPlan plan, WorkerRing ring)
    {
        Reference reference = await Reference.OfAsync(device.Executor, plan, Token);
        await ring.RunAsync(Token);

        Assert.Equal(plan.Windows.Count * plan.Steps, ring.Done.Count);
        for (int step = 0; step < plan.Steps; step++)
        {
            // Under relay a window is noise while the one before it is done.
            foreach (PlannedWindow window in plan.Windows.Where(window => window.OverlapBefore > 0 && plan.Strategy != Strategy.Relay))
            {
                PlannedWindow before = plan.Windows[window.Index - 1];
                byte[] left = Frames(ring.Latents[(before.Index, step)], plan, before.Length - before.OverlapAfter, before.OverlapAfter);
                byte[] right = Frames(ring.Latents[(window.Index, step)], plan, 0, window.OverlapBefore);
                Assert.Equal(left, right);
            }

            Assert.All(plan.Windows, window =>
                Assert.Equal(0, LargestDifference(reference.Windows[step][window.Index], ring.Latents[(window.Index, step)])));
        }

        foreach (PlannedWindow window in plan.Windows)
        {
            Assert.Equal(reference.Finals[window.Index], await ring.FinalAsync(window.Index));
        }
    }

    private static byte[] Frames(byte[] latents, RenderPlan plan, int start, int count)
    {
        int plane = plan.LatentHeight * plan.LatentWidth * sizeof(float);
        int channel = latents.Length / plan.LatentChannels;
        return [.. Enumerable.Range(0, plan.LatentChannels).SelectMany(c => latents.AsSpan((c * channel) + (start * plane), count * plane).ToArray())];
    }

    private static float LargestDifference(byte[] expected, byte[] actual)
    {
        float[] left = MemoryMarshal.Cast<byte, float>(expected).ToArray(), right = MemoryMarshal.Cast<byte, float>(actual).ToArray();
        Assert.Equal(left.Length, right.Length);
        Assert.All(left, value => Assert.True(float.IsFinite(value)));
        return left.Zip(right, (a, b) => Math.Abs(a - b)).Max();
    }
}
