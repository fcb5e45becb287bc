using RenderFarm.Diffusion.Tests;
using RenderFarm.Errors;
using RenderFarm.Jobs;
using RenderFarm.Plans;
using RenderFarm.Rendering.Checkpoints;
using RenderFarm.Rendering.Tests.Checkpoints;
using RenderFarm.Segments;
using RenderFarm.Storage;
using static TorchSharp.torch;

namespace RenderFarm.Rendering.Tests.Segments;

[Collection(nameof(TensorAccounting))]
public sealed class SegmentWorkerCheckpointTests(PocketDevice device) : IDisposable
{
    private const int Steps = 8;

    private readonly string _folder = Directory.CreateTempSubdirectory("renderfarm-checkpoints-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(Strategy.Parallel, SamplerKind.UniPC, 1)]
    [InlineData(Strategy.Parallel, SamplerKind.UniPC, 2)]
    [InlineData(Strategy.Parallel, SamplerKind.Euler, 4)]
    [InlineData(Strategy.Relay, SamplerKind.UniPC, 5)]
    [InlineData(Strategy.Anchored, SamplerKind.UniPC, 6)]
    [InlineData(Strategy.Anchored, SamplerKind.Euler, 7)]
    public async Task Run_WorkersStopAndCrashAtManySteps_EndsInTheSameBits(Strategy strategy, SamplerKind sampler, int seed)
    {
        // Seven windows of one shot are above two of keyframes, which agree.
        RenderPlan plan = strategy == Strategy.Anchored ? Plan(windows: 7, strategy, sampler, shots: 1) : Plan(windows: 3, strategy, sampler);
        int count = plan.Windows.Count;
        Reference reference = await Reference.OfAsync(device.Executor, plan, Token);
        await using var ring = new WorkerRing(plan, device.Executor, new FolderArtifactStore(_folder), checkpointEvery: 3);

        // After the first and the last step of some window, and at random; of that window or of another one.
        var random = new Random(seed);
        var restarts = new Dictionary<(int Window, int Step), (int Window, bool Crash)>
        {
            [(random.Next(count), 0)] = (random.Next(count), true),
            [(0, Steps - 1)] = (0, false),
            [(1, Steps - 1)] = (1, true),
        };
        while (restarts.Count < 3 * count)
        {
            restarts.TryAdd((random.Next(count), random.Next(Steps)), (random.Next(count), random.Next(2) == 0));
        }

        ring.AfterStep = (window, step) =>
        {
            if (restarts.Remove((window, step), out (int Window, bool Crash) restart))
            {
                ring.Restart(restart.Window, restart.Crash);
            }
        };
        await ring.RunAsync(Token);

        Assert.Empty(restarts);
        Assert.Empty(ring.Deviations);
        Assert.True(ring.Done.Count > plan.Windows.Count * Steps, "no crash cost a step");
        await RequireAsync(reference, ring);
    }

    [Theory]
    [InlineData(ArtifactDamage.None, 6)]
    [InlineData(ArtifactDamage.BitFlipped, 4)]
    [InlineData(ArtifactDamage.Truncated, 4)]
    [InlineData(ArtifactDamage.Emptied, 4)]
    [InlineData(ArtifactDamage.OtherPlans, 4)]
    [InlineData(ArtifactDamage.Missing, 4)]
    public async Task Run_NewestCheckpointUnusable_GoesOnFromTheOneBefore(ArtifactDamage damage, int from)
    {
        RenderPlan plan = Plan(windows: 2, Strategy.Parallel, SamplerKind.UniPC);
        Reference reference = await Reference.OfAsync(device.Executor, plan, Token);
        await using var ring = new WorkerRing(plan, device.Executor, new FolderArtifactStore(_folder), checkpointEvery: 2);
        bool restarted = false;
        ring.AfterStep = (window, step) =>
        {
            if ((window, step, restarted) == (1, 6, false))
            {
                restarted = true;
                ring.Restart(window, crash: true, between: () => Damage(new SegmentArtifacts(WorkerRing.JobId, window).Checkpoint(6), damage));
            }
        };
        await ring.RunAsync(Token);

        Assert.Equal([.. Enumerable.Range(0, 7), .. Enumerable.Range(from, Steps - from)], StepsOf(ring, 1));
        Assert.Equal(Enumerable.Range(0, Steps), StepsOf(ring, 0));
        Assert.Empty(ring.Deviations);
        await RequireAsync(reference, ring);
    }

    [Fact]
    public async Task Run_NeighboursHalosLost_RewindsThemAndEndsInTheSameBits()
    {
        RenderPlan plan = Plan(windows: 3, Strategy.Parallel, SamplerKind.UniPC);
        Reference reference = await Reference.OfAsync(device.Executor, plan, Token);
        await using var ring = new WorkerRing(plan, device.Executor, new FolderArtifactStore(_folder), checkpointEvery: 2);
        bool restarted = false;
        ring.AfterStep = (window, step) =>
        {
            if ((window, step, restarted) == (1, 6, false))
            {
                restarted = true;
                ring.Restart(window, crash: true, between: () => LoseAllOfOneAndTheOthersHalos(1));
            }
        };
        await ring.RunAsync(Token);

        Assert.All(plan.Windows, window => Assert.Equal(2, StepsOf(ring, window.Index).Count(step => step == 0)));
        Assert.Empty(ring.Deviations);
        await RequireAsync(reference, ring);
    }

    [Fact]
    public async Task Run_FinishedNeighboursHalosLost_RewindsThemAndEndsInTheSameBits()
    {
        RenderPlan plan = Plan(windows: 3, Strategy.Parallel, SamplerKind.UniPC);
        Reference reference = await Reference.OfAsync(device.Executor, plan, Token);
        var store = new FolderArtifactStore(_folder);
        await using (var before = new WorkerRing(plan, device.Executor, store))
        {
            await before.RunAsync(Token);
        }

        LoseAllOfOneAndTheOthersHalos(1);
        await using var ring = new WorkerRing(plan, device.Executor, store);
        await ring.RunAsync(Token);
        Assert.All(plan.Windows, window => Assert.Equal(Enumerable.Range(0, Steps), StepsOf(ring, window.Index)));
        await RequireAsync(reference, ring);
    }

    [Theory]
    [InlineData(ArtifactDamage.BitFlipped)]
    [InlineData(ArtifactDamage.Missing)]
    public async Task Run_FinishedLatentsDamaged_DenoisesThatWindowAloneFromItsCheckpoint(ArtifactDamage damage)
    {
        RenderPlan plan = Plan(windows: 3, Strategy.Parallel, SamplerKind.Euler);
        var store = new FolderArtifactStore(_folder);
        byte[] expected;
        await using (var before = new WorkerRing(plan, device.Executor, store, checkpointEvery: 3))
        {
            await before.RunAsync(Token);
            expected = await before.FinalAsync(1);
        }

        Damage(new SegmentArtifacts(WorkerRing.JobId, 1).Latents, damage);
        await using var ring = new WorkerRing(plan, device.Executor, store, checkpointEvery: 3);
        await ring.RunAsync(Token);
        Assert.Equal([(1, 6), (1, 7)], ring.Done);
        Assert.Equal(expected, await ring.FinalAsync(1));
    }

    /// <summary>Under anchored the windows 0 and 1 are of keyframes, the others of the film.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Run_AnchoredFinishedLatentsLost_DenoisesThatWindowAloneFromItsCheckpoint(int lost)
    {
        RenderPlan plan = Plan(windows: 7, Strategy.Anchored, SamplerKind.UniPC, shots: 1);
        Reference reference = await Reference.OfAsync(device.Executor, plan, Token);
        var store = new FolderArtifactStore(_folder);
        await using (var before = new WorkerRing(plan, device.Executor, store, checkpointEvery: 3))
        {
            await before.RunAsync(Token);
        }

        Damage(new SegmentArtifacts(WorkerRing.JobId, lost).Latents, ArtifactDamage.Missing);
        await using var ring = new WorkerRing(plan, device.Executor, store, checkpointEvery: 3);
        await ring.RunAsync(Token);
        Assert.Equal([(lost, 6), (lost, 7)], ring.Done);
        await RequireAsync(reference, ring);
    }

    /// <summary>A film window that begins after a restart gets its keyframes from windows that lie finished in the store.</summary>
    [Fact]
    public async Task Run_AnchoredWindowLost_TakesItsKeyframesFromTheStore()
    {
        RenderPlan plan = Plan(windows: 7, Strategy.Anchored, SamplerKind.UniPC, shots: 1);
        Reference reference = await Reference.OfAsync(device.Executor, plan, Token);
        var store = new FolderArtifactStore(_folder);
        await using (var before = new WorkerRing(plan, device.Executor, store))
        {
            await before.RunAsync(Token);
        }

        Directory.Delete(Path.Combine(_folder, "jobs", WorkerRing.JobId, "segments", "0004"), recursive: true);
        await using var ring = new WorkerRing(plan, device.Executor, store);
        await ring.RunAsync(Token);
        Assert.Equal(Enumerable.Range(0, Steps).Select(step => (4, step)), ring.Done);
        await RequireAsync(reference, ring);
    }

    [Theory]
    [InlineData(Strategy.Anchored, ArtifactDamage.BitFlipped)]
    [InlineData(Strategy.Anchored, ArtifactDamage.Missing)]
    [InlineData(Strategy.Relay, ArtifactDamage.Missing)]
    public async Task GetFrames_FinishedLatentsUnusable_DenoisesThemAgainAndServesTheSameBits(Strategy strategy, ArtifactDamage damage)
    {
        RenderPlan plan = Plan(windows: 3, strategy, SamplerKind.Euler);
        await using var ring = new WorkerRing(plan, device.Executor, new FolderArtifactStore(_folder));
        await ring.RunAsync(Token);
        byte[] all = await ring.FinalAsync(0);
        int length = plan.Windows[0].Length;
        Assert.Equal(all, await ring.FramesAsync(0, 0, length, Token));
        Assert.Equal(all.Length / length, (await ring.FramesAsync(0, length - 1, 1, Token)).Length);

        Damage(new SegmentArtifacts(WorkerRing.JobId, 0).Latents, damage);
        Assert.Equal(all, await ring.FramesAsync(0, 0, length, Token));
        Assert.Equal(all, await ring.FinalAsync(0));
        Assert.Empty(ring.Deviations);
    }

    [Fact]
    public async Task Run_ModelUnknown_FailsWithItsCode()
    {
        RenderPlan plan = Plan(windows: 1, Strategy.Parallel, SamplerKind.Euler) with { Model = "nobody" };
        await using var ring = new WorkerRing(plan, device.Executor, new FolderArtifactStore(_folder));
        ring.Start();
        await ring.Completion(0).WaitAsync(Token);
        Assert.Equal((SegmentState.Failed, ErrorCodes.UnknownModel), (ring.Progress(0).State, ring.Progress(0).ErrorCode));
    }

    private static IEnumerable<int> StepsOf(WorkerRing ring, int window) => ring.Done.Where(done => done.Window == window).Select(done => done.Step);

    private static async Task RequireAsync(Reference reference, WorkerRing ring)
    {
        for (int i = 0; i < reference.Finals.Count; i++)
        {
            Assert.Equal(reference.Finals[i], await ring.FinalAsync(i));
        }
    }

    private RenderPlan Plan(int windows, Strategy strategy, SamplerKind sampler, int? shots = null) => device.Models.Plan(
        windows, spec => spec with { Steps = Steps, Guidance = 1, Strategy = strategy, Sampler = sampler }, shots);

    private void LoseAllOfOneAndTheOthersHalos(int index)
    {
        string segments = Path.Combine(_folder, "jobs", WorkerRing.JobId, "segments");
        foreach (string segment in Directory.GetDirectories(segments))
        {
            bool own = Path.GetFileName(segment) == $"{index:D4}";
            Directory.Delete(own ? segment : Path.Combine(segment, "halos"), recursive: true);
        }
    }

    private void Damage(string artifact, ArtifactDamage damage)
    {
        string file = Path.Combine(_folder, artifact);
        byte[] content = File.ReadAllBytes(file);
        switch (damage)
        {
            case ArtifactDamage.BitFlipped:
                content[^100] ^= 4;
                File.WriteAllBytes(file, content);
                break;
            case ArtifactDamage.Truncated:
                File.WriteAllBytes(file, content[..^100]);
                break;
            case ArtifactDamage.Emptied:
                File.WriteAllBytes(file, []);
                break;
            case ArtifactDamage.OtherPlans:
                using (Tensor latents = zeros(1))
                {
                    File.WriteAllBytes(file, Seal.Close(SegmentCheckpoint.ToBytes(6, latents, new Dictionary<string, Tensor>(), new Dictionary<string, Tensor>(), "another")));
                }

                break;
            case ArtifactDamage.Missing:
                File.Delete(file);
                break;
            default:
                break;
        }
    }
}
