using Microsoft.Extensions.Options;
using RenderFarm.Jobs.State;
using RenderFarm.Queue;

namespace RenderFarm.Jobs.Queue;

/// <summary>
/// The pool's queue. The list of jobs is durable; who waits and who runs is only what the jobs themselves tell, since a job tells it
/// again whenever it is poked.
/// </summary>
internal sealed class DispatcherGrain(
    [PersistentState("dispatcher", ArtifactGrainStorage.Name)] IPersistentState<DispatcherRecord> state, IOptions<JobOptions> options)
    : Grain, IDispatcherGrain
{
    private readonly HashSet<string> _waiting = new(StringComparer.Ordinal);
    private readonly HashSet<string> _running = new(StringComparer.Ordinal);

    public async Task Enqueue(JobSummary job)
    {
        await RememberAsync(job);
        if (job.State == JobState.Queued)
        {
            if (!_running.Contains(job.JobId))
            {
                _waiting.Add(job.JobId);
            }
        }
        else if (_running.Count < options.Value.Concurrent || _running.Contains(job.JobId))
        {
            // It ran before this activation knew of it.
            _waiting.Remove(job.JobId);
            _running.Add(job.JobId);
        }
        else
        {
            _waiting.Add(job.JobId);
        }

        await AdmitAsync();
        if (_running.Contains(job.JobId))
        {
            await GrainFactory.GetGrain<IRenderJobGrain>(job.JobId).Admit();
        }
    }

    public async Task Report(JobSummary job)
    {
        if (job.State.IsTerminal())
        {
            _waiting.Remove(job.JobId);
            _running.Remove(job.JobId);
        }

        await RememberAsync(job);
        await AdmitAsync();
    }

    public Task<IReadOnlyList<JobSummary>> List() =>
        Task.FromResult<IReadOnlyList<JobSummary>>([.. state.State.Jobs.OrderByDescending(job => job.SubmittedAt)]);

    public Task<string?> ExplainWait(string jobId)
    {
        string[] order = Order();
        int place = Array.IndexOf(order, jobId);
        return Task.FromResult(place < 0 ? null : $"{_running.Count} running, {place} before it in the queue");
    }

    private async Task AdmitAsync()
    {
        foreach (string jobId in Order().Take(Math.Max(0, options.Value.Concurrent - _running.Count)).ToArray())
        {
            _waiting.Remove(jobId);
            _running.Add(jobId);
            // Interleaves there, so that it cannot wait for a job that waits for this grain.
            await GrainFactory.GetGrain<IRenderJobGrain>(jobId).Admit();
        }
    }

    private string[] Order() => [.. state.State.Jobs
        .Where(job => _waiting.Contains(job.JobId))
        .OrderByDescending(job => job.Priority).ThenBy(job => job.SubmittedAt).ThenBy(job => job.JobId, StringComparer.Ordinal)
        .Select(job => job.JobId)];

    private async Task RememberAsync(JobSummary job)
    {
        JobSummary? known = state.State.Jobs.FirstOrDefault(other => other.JobId == job.JobId);
        if (known is null || known.State != job.State || job.Done - known.Done >= 0.1)
        {
            state.State = new DispatcherRecord { Jobs = [.. state.State.Jobs.Where(other => other.JobId != job.JobId), job] };
            await state.WriteStateAsync();
        }
    }
}
