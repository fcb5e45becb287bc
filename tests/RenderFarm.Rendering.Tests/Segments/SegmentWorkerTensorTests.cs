using RenderFarm.Diffusion.Tests;
using RenderFarm.Jobs;
using RenderFarm.Plans;
using RenderFarm.Storage;

namespace RenderFarm.Rendering.Tests.Segments;

[Collection(nameof(TensorAccounting))]
public sealed class SegmentWorkerTensorTests(PocketDevice device) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("renderfarm-tensors-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(Strategy.Parallel, SamplerKind.UniPC, 200)]
    [InlineData(Strategy.Relay, SamplerKind.Euler, 60)]
    [InlineData(Strategy.Anchored, SamplerKind.UniPC, 60)]
    public async Task Run_ManySteps_LeaksNoTensor(Strategy strategy, SamplerKind sampler, int many)
    {
        await LiveAfterAsync(2);
        TensorAccounting.Settle();
        long after20 = await LiveAfterAsync(20);
        Assert.Equal(after20, await LiveAfterAsync(many));

        async Task<long> LiveAfterAsync(int steps)
        {
            RenderPlan plan = device.Models.Plan(
                windows: 2, spec => spec with { Steps = steps, Guidance = 1, Strategy = strategy, Sampler = sampler });
            string folder = Path.Combine(_folder, $"{steps}");
            await using (var ring = new WorkerRing(plan, device.Executor, new FolderArtifactStore(folder), checkpointEvery: 5))
            {
                await ring.RunAsync(Token);
            }

            return TensorAccounting.Live();
        }
    }
}
