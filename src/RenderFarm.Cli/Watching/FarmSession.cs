using System.Runtime.CompilerServices;
using RenderFarm.Cli.Embedded;
using RenderFarm.Jobs;
using RenderFarm.Storage;

namespace RenderFarm.Cli.Watching;

/// <summary>One command's way to the farm. When the process that ran the farm goes, this one takes it over.</summary>
internal sealed class FarmSession : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);

    private FarmConnection _connection;

    private FarmSession(FarmConnection connection) => _connection = connection;

    public IGrainFactory Grains => _connection.Grains;

    public IArtifactStore Artifacts => _connection.Artifacts;

    /// <summary>Whether jobs run only while this process lives.</summary>
    public bool IsOwn => _connection.IsOwn;

    /// <exception cref="Errors.RenderFarmException">As <see cref="FarmConnection.OpenAsync"/>.</exception>
    public static async Task<FarmSession> OpenAsync(EmbeddedFarmOptions options, CancellationToken cancellationToken) =>
        new(await FarmConnection.OpenAsync(options, cancellationToken));

    public IRenderJobGrain Job(string jobId) => Grains.GetGrain<IRenderJobGrain>(jobId);

    /// <summary>The job again and again, until it has ended.</summary>
    public async IAsyncEnumerable<JobProgress> WatchAsync(string jobId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        bool isToResume = false;
        while (true)
        {
            JobProgress? progress = null;
            try
            {
                if (_connection.IsLost)
                {
                    await ReopenAsync(cancellationToken);
                    isToResume = true;
                }

                if (isToResume)
                {
                    await ResumeAsync(jobId, cancellationToken);
                    isToResume = false;
                }

                progress = await Job(jobId).GetProgress().WaitAsync(cancellationToken);
            }
            catch (Exception exception) when (!IsOwn && exception is OrleansException or TimeoutException or InvalidOperationException)
            {
                // The other process is on its way out; the next round sees it gone.
            }

            if (progress is not null)
            {
                yield return progress;
                if (progress.State.IsTerminal())
                {
                    yield break;
                }
            }

            await Task.Delay(Period, cancellationToken);
        }
    }

    private async Task ReopenAsync(CancellationToken cancellationToken)
    {
        FarmConnection lost = _connection;
        _connection = await lost.ReopenAsync(cancellationToken);
        await lost.DisposeAsync();
    }

    /// <summary>Takes up a job that lost its farm; what had ended, by a cancel for example, stays so.</summary>
    private async Task ResumeAsync(string jobId, CancellationToken cancellationToken)
    {
        if (!(await Job(jobId).GetProgress().WaitAsync(cancellationToken)).State.IsTerminal())
        {
            await Job(jobId).Resume().WaitAsync(cancellationToken);
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
