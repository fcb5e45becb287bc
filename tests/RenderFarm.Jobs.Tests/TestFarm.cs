using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using RenderFarm.Queue;
using RenderFarm.Rendering;
using RenderFarm.Rendering.Checkpoints;
using RenderFarm.Rendering.Devices;
using RenderFarm.Rendering.PromptExpansion;
using RenderFarm.Rendering.Stitching;
using RenderFarm.Storage;

namespace RenderFarm.Jobs.Tests;

/// <summary>One silo with the jobs' and the rendering side over an artifact store.</summary>
internal sealed class TestFarm : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;
    private readonly StepGate _gate;

    private TestFarm(InProcessTestCluster cluster, StepGate gate) => (_cluster, _gate) = (cluster, gate);

    public IDispatcherGrain Dispatcher => _cluster.Client.GetGrain<IDispatcherGrain>(Pools.Default);

    public static async Task<TestFarm> StartAsync(
        LoadedPocket pocket,
        StepGate gate,
        IArtifactStore store,
        string workingFolder,
        Action<JobOptions>? configure = null,
        Action<PromptExpansionOptions>? configureExpansion = null)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton(pocket.Folder.Catalogue);
            silo.Services.AddSingleton(store);
            silo.Services.AddSingleton<IModelLoader>(new GatedModelLoader(pocket, gate));
            silo.AddRenderFarmRendering();
            silo.AddRenderFarmJobs();
            silo.Services.Configure<DeviceOptions>(options => options.Threads = 1);
            silo.Services.Configure<CheckpointOptions>(options => (options.EverySteps, options.EverySeconds) = (2, 86_400));
            silo.Services.Configure<StitchingOptions>(options => options.WorkingFolder = workingFolder);
            silo.Services.Configure<PromptExpansionOptions>(options => configureExpansion?.Invoke(options));
            silo.Services.Configure<JobOptions>(options =>
            {
                (options.PollMilliseconds, options.SweepSeconds) = (10, 0.1);
                configure?.Invoke(options);
            });
        });
        InProcessTestCluster cluster = builder.Build();
        await cluster.DeployAsync();
        return new TestFarm(cluster, gate);
    }

    public IRenderJobGrain Job(string jobId) => _cluster.Client.GetGrain<IRenderJobGrain>(jobId);

    /// <summary>The job's progress as soon as it is so.</summary>
    public async Task<JobProgress> UntilAsync(string jobId, Func<JobProgress, bool> isSo, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            JobProgress progress = await Job(jobId).GetProgress();
            if (isSo(progress))
            {
                return progress;
            }

            Assert.False(timeout.IsCancellationRequested, $"job {jobId} is still {progress}");
            await Task.Delay(10, CancellationToken.None);
        }
    }

    /// <summary>The same for a state; another one that is an end fails the test.</summary>
    public Task<JobProgress> UntilAsync(string jobId, JobState state, CancellationToken cancellationToken) => UntilAsync(
        jobId,
        progress =>
        {
            Assert.True(progress.State == state || !progress.State.IsTerminal(), $"job {jobId} is {progress.State}: {progress.ErrorMessage}");
            return progress.State == state;
        },
        cancellationToken);

    /// <summary>Waits until the queue has heard of a job's state: it does after the job's watchers.</summary>
    public async Task UntilListedAsync(string jobId, JobState state, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            JobSummary? job = (await Dispatcher.List()).SingleOrDefault(job => job.JobId == jobId);
            if (job?.State == state)
            {
                return;
            }

            Assert.False(timeout.IsCancellationRequested, $"job {jobId} is still listed as {job}");
            await Task.Delay(10, CancellationToken.None);
        }
    }

    public Task StopAsync() => _cluster.StopAllSilosAsync();

    public async ValueTask DisposeAsync()
    {
        // A silo waits for the step that its device is at, also where a test ends early.
        _gate.Open();
        await _cluster.DisposeAsync();
    }
}
