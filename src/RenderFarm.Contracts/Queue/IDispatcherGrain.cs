using RenderFarm.Jobs;

namespace RenderFarm.Queue;

/// <summary>Admits a pool's jobs by priority, then age; the key is the pool's name.</summary>
[Alias("IDispatcherGrain")]
public interface IDispatcherGrain : IGrainWithStringKey
{
    /// <summary>Stores the job in the queue; the same id again does nothing.</summary>
    [Alias("Enqueue")]
    Task Enqueue(JobSummary job);

    /// <summary>Tells that a job changed state; one that ended leaves its place to the next.</summary>
    [Alias("Report")]
    Task Report(JobSummary job);

    /// <summary>Every job that the pool has had, newest first.</summary>
    [Alias("List")]
    Task<IReadOnlyList<JobSummary>> List();

    /// <summary>Why the job does not run yet, in one line; null when it may.</summary>
    [Alias("ExplainWait")]
    Task<string?> ExplainWait(string jobId);
}
