using System.Collections.Concurrent;

namespace RenderFarm.Jobs;

/// <summary>The jobs that were submitted or resumed while this process lives.</summary>
internal sealed class StartedJobs
{
    private readonly ConcurrentDictionary<string, bool> _ids = new(StringComparer.Ordinal);

    public void Add(string jobId) => _ids[jobId] = true;

    public bool Contains(string jobId) => _ids.ContainsKey(jobId);
}
