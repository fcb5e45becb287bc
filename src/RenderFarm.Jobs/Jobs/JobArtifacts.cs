using RenderFarm.Storage;

namespace RenderFarm.Jobs;

internal static class JobArtifacts
{
    /// <summary>Deletes what only an unfinished job needs: checkpoints and halos. The latents, the film and its report stay.</summary>
    public static async Task PruneAsync(IArtifactStore store, string jobId, CancellationToken cancellationToken)
    {
        var paths = new List<string>();
        await foreach (string path in store.ListAsync($"jobs/{jobId}/segments", cancellationToken))
        {
            if (path.Contains("/checkpoints/", StringComparison.Ordinal) || path.Contains("/halos/", StringComparison.Ordinal))
            {
                paths.Add(path);
            }
        }

        foreach (string path in paths)
        {
            await store.DeleteAsync(path, cancellationToken);
        }
    }
}
