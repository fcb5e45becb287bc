using System.Runtime.InteropServices;
using RenderFarm.Diffusion.Tests;
using RenderFarm.Jobs;
using RenderFarm.Plans;
using RenderFarm.Storage;

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
        Reference reference = await Reference.OfAsync(device.Executor, plan, Token);
        await using var ring = new WorkerRing(plan, device.Executor, new FolderArtifactStore(_folder));
        await ring.RunAsync(Token);

        Assert.Equal(plan.Windows.Count * plan.Steps, ring.Done.Count);
        for (int step = 0; step < plan.Steps; step++)
        {
            foreach (PlannedWindow window in plan.Windows.Skip(1))
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
