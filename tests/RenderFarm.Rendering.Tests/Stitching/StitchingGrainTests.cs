using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RenderFarm.Diffusion.Tests;
using RenderFarm.Errors;
using RenderFarm.Rendering.Stitching;
using RenderFarm.Stitching;

namespace RenderFarm.Rendering.Tests.Stitching;

[Collection(nameof(TensorAccounting))]
public sealed class StitchingGrainTests(PocketDevice device) : IAsyncLifetime
{
    private StitchingTestJob _job = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _job = await StitchingTestJob.CreateAsync(device, Token);

    public ValueTask DisposeAsync()
    {
        _job.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Ensure_AskedAgainAndAgain_StitchesOnceAndTellsTheHash()
    {
        int reads = 0;
        _job.Store.BeforeRead = (path, _) => Task.FromResult(path == StitchingTestJob.Latents(0) ? Interlocked.Increment(ref reads) : 0);
        StitchingGrain grain = NewGrain();
        StitchProgress progress = await EndAsync(grain);
        Assert.Equal((true, _job.Reference.Hash, _job.Plan.LatentFrames), (progress.Completed, progress.LatentsHash, progress.Decoded));
        Assert.Equal(progress, await grain.Ensure(_job.Assignment));
        Assert.Equal(1, reads);
        Assert.True(File.Exists(_job.Film));
    }

    [Fact]
    public async Task Ensure_WindowDamaged_TellsItOnceAndBeginsAgain()
    {
        byte[] content = await File.ReadAllBytesAsync(_job.LatentsFile(1), Token);
        await File.WriteAllBytesAsync(_job.LatentsFile(1), content[..^1], Token);
        StitchingGrain grain = NewGrain();
        StitchProgress failed = await EndAsync(grain);
        Assert.Equal((false, ErrorCodes.CorruptArtifact), (failed.Completed, failed.ErrorCode));
        _job.RequireNoFilm();

        await File.WriteAllBytesAsync(_job.LatentsFile(1), content, Token);
        Assert.Equal(_job.Reference.Hash, (await EndAsync(grain)).LatentsHash);
    }

    [Fact]
    public async Task Stop_Midway_LeavesNoFilmAndTheNextCallBeginsAgain()
    {
        var reached = new TaskCompletionSource();
        _job.Store.BeforeRead = async (path, cancellationToken) =>
        {
            if (path == StitchingTestJob.Latents(1))
            {
                reached.TrySetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
        };
        StitchingGrain grain = NewGrain();
        await grain.Ensure(_job.Assignment);
        await reached.Task.WaitAsync(Token);
        while (Directory.GetFileSystemEntries(_job.Options.WorkingFolder).Length == 0)
        {
            // The encoder is a process: it needs a moment to begin its file.
            await Task.Delay(5, Token);
        }

        await grain.Stop();
        _job.RequireNoFilm();

        _job.Store.BeforeRead = null;
        Assert.Equal(_job.Reference.Hash, (await EndAsync(grain)).LatentsHash);
    }

    private async Task<StitchProgress> EndAsync(StitchingGrain grain)
    {
        StitchProgress progress;
        do
        {
            await Task.Delay(5, Token);
            progress = await grain.Ensure(_job.Assignment);
        }
        while (!progress.Completed && progress.ErrorCode is null);
        return progress;
    }

    private StitchingGrain NewGrain() => new(device.Executor, _job.Store, Options.Create(_job.Options), NullLogger<StitchingGrain>.Instance);
}
