using RenderFarm.Jobs;

namespace RenderFarm.Cli.Watching;

/// <summary>Shows a job while it runs.</summary>
internal interface IJobView
{
    /// <summary>Shows every state until the last, and gives the last.</summary>
    Task<JobProgress> ShowAsync(IAsyncEnumerable<JobProgress> job);
}
