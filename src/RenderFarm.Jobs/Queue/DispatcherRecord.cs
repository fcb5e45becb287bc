namespace RenderFarm.Jobs.Queue;

/// <summary>The pool's jobs as they lie in the store.</summary>
internal sealed record DispatcherRecord
{
    public IReadOnlyList<JobSummary> Jobs { get; init; } = [];
}
