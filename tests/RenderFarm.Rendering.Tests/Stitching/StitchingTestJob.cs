using RenderFarm.Plans;
using RenderFarm.Rendering.Checkpoints;
using RenderFarm.Rendering.Stitching;
using RenderFarm.Rendering.Tests.Segments;
using RenderFarm.Stitching;
using RenderFarm.Storage;

namespace RenderFarm.Rendering.Tests.Stitching;

/// <summary>A job of three finished windows, and what one process makes of its plan.</summary>
internal sealed class StitchingTestJob : IDisposable
{
    /// <summary>The finished windows as they lie in a store, made by the first job.</summary>
    private static byte[][]? s_latents;

    private readonly string _folder = Directory.CreateTempSubdirectory("renderfarm-stitching-").FullName;

    private StitchingTestJob(RenderPlan plan, Reference reference)
    {
        Plan = plan;
        Reference = reference;
        Store = new HookedStore(new FolderArtifactStore(_folder));
        Options = new StitchingOptions { WorkingFolder = Path.Combine(_folder, "working"), LatentFrames = 4 };
    }

    public RenderPlan Plan { get; }

    public Reference Reference { get; }

    public HookedStore Store { get; }

    public StitchingOptions Options { get; }

    public StitchAssignment Assignment => new() { JobId = WorkerRing.JobId, Plan = Plan, Title = "a red ball" };

    public string Film => Path.Combine(_folder, "jobs", WorkerRing.JobId, "film.mp4");

    public string Report => Path.Combine(_folder, "jobs", WorkerRing.JobId, "quality.json");

    public static async Task<StitchingTestJob> CreateAsync(PocketDevice device, CancellationToken cancellationToken)
    {
        RenderPlan plan = device.Models.Plan(windows: 3, spec => spec with { Steps = 2, Guidance = 1 });
        var job = new StitchingTestJob(plan, await Reference.OfAsync(device.Executor, plan, cancellationToken));
        if (s_latents is null)
        {
            await using var ring = new WorkerRing(plan, device.Executor, job.Store);
            await ring.RunAsync(cancellationToken);
            s_latents = [.. plan.Windows.Select(window => File.ReadAllBytes(job.LatentsFile(window.Index)))];
        }

        foreach (PlannedWindow window in plan.Windows)
        {
            await job.Store.WriteAsync(Latents(window.Index), s_latents[window.Index], cancellationToken);
        }

        return job;
    }

    public string LatentsFile(int index) => Path.Combine(_folder, Latents(index));

    public static string Latents(int index) => new SegmentArtifacts(WorkerRing.JobId, index).Latents;

    /// <summary>Nothing of a film lies anywhere.</summary>
    public void RequireNoFilm()
    {
        Assert.False(File.Exists(Film));
        Assert.False(File.Exists(Report));
        RequireEmptyWorkingFolder();
    }

    public void RequireEmptyWorkingFolder() => Assert.Empty(Directory.GetFileSystemEntries(Options.WorkingFolder));

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
