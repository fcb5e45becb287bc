using System.Text;
using RenderFarm.Errors;
using RenderFarm.Storage;

namespace RenderFarm.Cli.Output;

/// <summary>Brings a finished job's film out of the artifact store. Where it goes is kept with the job, for a later <c>resume</c>.</summary>
internal sealed class FilmDelivery(IArtifactStore artifacts, string jobId)
{
    public Task RememberAsync(string path, CancellationToken cancellationToken) =>
        artifacts.WriteAsync($"jobs/{jobId}/output", Encoding.UTF8.GetBytes(path), cancellationToken);

    /// <summary>The path of <see cref="RememberAsync"/>, or null.</summary>
    public async Task<string?> RecallAsync(CancellationToken cancellationToken) =>
        await artifacts.ReadAsync($"jobs/{jobId}/output", cancellationToken) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    /// <summary>Writes the film and its quality report, each whole or not at all; what stood there is replaced.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.StorageFull"/>, <see cref="ErrorCodes.OutputUnwritable"/>, <see cref="ErrorCodes.CorruptArtifact"/>.</exception>
    public async Task WriteAsync(string path, CancellationToken cancellationToken)
    {
        await CopyAsync($"jobs/{jobId}/film.mp4", path, cancellationToken);
        await CopyAsync($"jobs/{jobId}/quality.json", FilmPath.ReportOf(path), cancellationToken);
    }

    private async Task CopyAsync(string artifact, string path, CancellationToken cancellationToken)
    {
        // One name for each job: what a killed process left half-written is written over.
        string part = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{jobId}.part");
        try
        {
            await using (Stream source = await artifacts.OpenReadAsync(artifact, cancellationToken)
                ?? throw new RenderFarmException(ErrorCodes.CorruptArtifact, $"{artifact} is missing"))
            await using (FileStream target = File.Create(part))
            {
                await source.CopyToAsync(target, cancellationToken);
                target.Flush(flushToDisk: true);
            }

            File.Move(part, path, overwrite: true);
        }
        catch (IOException exception) when (DiskSpace.IsExhausted(exception))
        {
            throw new RenderFarmException(ErrorCodes.StorageFull, $"no space left to write {path}; the film is kept: 'renderfarm resume {jobId}' writes it", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RenderFarmException(ErrorCodes.OutputUnwritable, $"output '{path}' cannot be written: {exception.Message}; the film is kept: 'renderfarm resume {jobId} -o FILE' writes it", exception);
        }
        finally
        {
            if (File.Exists(part))
            {
                File.Delete(part);
            }
        }
    }
}
