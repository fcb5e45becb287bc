using RenderFarm.Errors;
using RenderFarm.Media.Films;
using RenderFarm.Segments;

namespace RenderFarm.Jobs.Tests.Jobs;

public sealed class RenderJobGrainTests(LoadedPocket pocket) : FarmTest(pocket)
{
    private readonly LoadedPocket _pocket = pocket;

    [Fact]
    public async Task Submit_APrompt_EndsInAFilm()
    {
        await using TestFarm farm = await StartAsync();
        await farm.Job("film").Submit(Spec with { Storyboard = null, Prompt = "A red ball bounces on the beach. A blue car drives at night.", Seed = null });
        JobProgress done = await farm.UntilAsync("film", JobState.Completed, Token);
        Assert.NotNull(done.Spec.Seed);
        Assert.NotEmpty(done.Storyboard!.Shots);
        Assert.Equal(2, done.Plan!.Windows.Count);
        Assert.All(done.Segments, segment => Assert.Equal((SegmentState.Completed, 6), (segment.State, segment.Step)));
        Assert.True(done.SubmittedAt <= done.StartedAt && done.StartedAt <= done.EndedAt);
        Assert.Equal((null, null, null), (done.ErrorCode, done.ErrorMessage, done.WaitingFor));
        FilmInfo film = await FilmInfo.ReadAsync(FileOf("jobs/film/film.mp4"), Token);
        Assert.Equal(4, film.Duration.TotalSeconds, 0.01);
        Assert.True(File.Exists(FileOf("jobs/film/quality.json")));
        Assert.Equal(["latents", "latents"], Directory.GetFiles(FileOf("jobs/film/segments"), "*", SearchOption.AllDirectories).Select(file => Path.GetFileName(file)));
    }

    [Fact]
    public async Task Submit_SameSpecAgain_IsTheSameJob()
    {
        await using TestFarm farm = await StartAsync();
        JobProgress first = await farm.Job("film").Submit(Spec with { Seed = null });
        JobProgress again = await farm.Job("film").Submit(Spec with { Seed = null });
        Assert.Equal((first.SubmittedAt, first.Spec.Seed), (again.SubmittedAt, again.Spec.Seed));
        JobProgress done = await farm.UntilAsync("film", JobState.Completed, Token);
        JobProgress late = await farm.Job("film").Submit(Spec with { Seed = null });
        Assert.Equal((JobState.Completed, done.LatentsHash, done.EndedAt), (late.State, late.LatentsHash, late.EndedAt));
        Assert.Equal(Predictions, Gate.Predictions);
        Assert.Single(await farm.Dispatcher.List());
    }

    [Fact]
    public async Task Submit_OtherSpecUnderTheId_IsJobConflict()
    {
        await using TestFarm farm = await StartAsync();
        await farm.Job("film").Submit(Spec);
        RenderFarmException fault = await Assert.ThrowsAsync<RenderFarmException>(() => farm.Job("film").Submit(Spec with { Seed = 6 }));
        Assert.Equal(ErrorCodes.JobConflict, fault.Code);
        Assert.Equal(5, (await farm.UntilAsync("film", JobState.Completed, Token)).Spec.Seed);
    }

    [Fact]
    public async Task Submit_NotAllowed_IsRefusedAndLeavesNoJob()
    {
        await using TestFarm farm = await StartAsync();
        RenderFarmException spec = await Assert.ThrowsAsync<RenderFarmException>(() => farm.Job("film").Submit(Spec with { Seconds = -1 }));
        RenderFarmException model = await Assert.ThrowsAsync<RenderFarmException>(() => farm.Job("film").Submit(Spec with { Model = "nobody" }));
        Assert.Equal((ErrorCodes.InvalidSpec, ErrorCodes.UnknownModel), (spec.Code, model.Code));
        RenderFarmException unknown = await Assert.ThrowsAsync<RenderFarmException>(() => farm.Job("film").GetProgress());
        Assert.Equal(ErrorCodes.UnknownJob, unknown.Code);
        Assert.Empty(await farm.Dispatcher.List());
    }

    [Fact]
    public async Task AnyCall_UnknownId_IsUnknownJob()
    {
        await using TestFarm farm = await StartAsync();
        IRenderJobGrain job = farm.Job("nobody's");
        foreach (Func<Task> call in (Func<Task>[])[job.GetProgress, job.Cancel, job.Resume])
        {
            Assert.Equal(ErrorCodes.UnknownJob, (await Assert.ThrowsAsync<RenderFarmException>(call)).Code);
        }

        await job.Poke();
        Assert.Empty(await farm.Dispatcher.List());
    }

    [Theory]
    [InlineData(Strategy.Parallel, 2, 5)]
    [InlineData(Strategy.Relay, 2, 5)]
    [InlineData(Strategy.Anchored, 4, 5)]
    [InlineData(Strategy.Anchored, 4, 17)]
    public async Task Cancel_MidRunThenResume_EndsInTheSameLatents(Strategy strategy, int windows, int after)
    {
        int all = windows * Spec.Steps!.Value;
        await using TestFarm farm = await StartAsync();
        JobSpec spec = Spec with { Strategy = strategy };
        Gate.HoldAfter(after);
        await farm.Job("film").Submit(spec);
        await Gate.Held.WaitAsync(Token);
        Task<JobState> cancel = farm.Job("film").Cancel();
        await Gate.PassUntilAsync(cancel);
        Assert.Equal(JobState.Cancelled, await cancel);
        JobProgress cancelled = await farm.Job("film").GetProgress();
        Assert.Equal(JobState.Cancelled, cancelled.State);
        Assert.NotNull(cancelled.EndedAt);
        int predictions = Gate.Predictions;
        Assert.InRange(predictions, after, all - 1);
        Gate.Open();
        Assert.Equal(JobState.Cancelled, await farm.Job("film").Cancel());

        await farm.Job("film").Resume();
        JobProgress done = await farm.UntilAsync("film", JobState.Completed, Token);

        // What was done is not done again, but for the predictions that were left unfinished, one a window.
        Assert.Equal(windows, done.Plan!.Windows.Count);
        Assert.InRange(Gate.Predictions, all, all + windows);
        Assert.True(predictions < Gate.Predictions, "it was done before it was cancelled");
        await farm.Job("undisturbed").Submit(spec);
        Assert.Equal((await farm.UntilAsync("undisturbed", JobState.Completed, Token)).LatentsHash, done.LatentsHash);
        Assert.Equal(JobState.Completed, await farm.Job("film").Cancel());
        Assert.Equal(JobState.Completed, (await farm.Job("film").Resume()).State);
    }

    [Fact]
    public async Task Run_ModelDamaged_FailsWithCodeAndMessageAndResumesWhenRepaired()
    {
        await using TestFarm farm = await StartAsync();
        byte[] weights = await File.ReadAllBytesAsync(_pocket.Folder.Transformer, Token);
        try
        {
            await File.WriteAllBytesAsync(_pocket.Folder.Transformer, weights[..^1], Token);
            await farm.Job("film").Submit(Spec);
            JobProgress failed = await farm.UntilAsync("film", JobState.Failed, Token);
            Assert.Equal(ErrorCodes.InvalidModel, failed.ErrorCode);
            Assert.Contains(Path.GetFileName(_pocket.Folder.Transformer), failed.ErrorMessage, StringComparison.Ordinal);
            Assert.NotNull(failed.EndedAt);
        }
        finally
        {
            await File.WriteAllBytesAsync(_pocket.Folder.Transformer, weights, CancellationToken.None);
        }

        await farm.Job("film").Resume();
        JobProgress done = await farm.UntilAsync("film", JobState.Completed, Token);
        Assert.Equal((null, null), (done.ErrorCode, done.ErrorMessage));
        Assert.Equal(await UndisturbedAsync(farm), done.LatentsHash);
    }

    [Fact]
    public async Task Run_DeviceFailsOnce_TriesAgainAndEndsInTheSameLatents()
    {
        await using TestFarm farm = await StartAsync();
        Gate.Fault = prediction => prediction == 7 ? new InvalidOperationException("a cosmic ray") : null;
        await farm.Job("film").Submit(Spec);
        JobProgress done = await farm.UntilAsync("film", JobState.Completed, Token);
        Assert.True(Gate.Predictions > Predictions, "nothing failed");
        Assert.Equal(await UndisturbedAsync(farm), done.LatentsHash);
    }

    [Fact]
    public async Task Run_DeviceFailsAgainAndAgain_FailsAndResumes()
    {
        await using TestFarm farm = await StartAsync(options => options.Attempts = 2);
        Gate.Fault = prediction => prediction >= 7 ? new RenderFarmException(ErrorCodes.DeviceFailed, "no memory") : null;
        await farm.Job("film").Submit(Spec);
        JobProgress failed = await farm.UntilAsync("film", JobState.Failed, Token);
        Assert.Equal(ErrorCodes.DeviceFailed, failed.ErrorCode);
        Assert.Matches("^window [01]: no memory$", failed.ErrorMessage);
        await farm.UntilListedAsync("film", JobState.Failed, Token);

        Gate.Fault = null;
        await farm.Job("film").Resume();
        JobProgress done = await farm.UntilAsync("film", JobState.Completed, Token);
        Assert.Equal(await UndisturbedAsync(farm), done.LatentsHash);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Run_FinishedLatentsDamagedAtStitching_DenoisesThemAgain(int window)
    {
        string latents = $"jobs/film/segments/{window:D4}/latents";
        int reads = 0;
        Store.BeforeRead = (path, _) =>
        {
            // The segment itself reads them back first; the stitcher is the second.
            if (path == latents && File.Exists(FileOf(latents)) && ++reads == 2)
            {
                byte[] content = File.ReadAllBytes(FileOf(latents));
                content[^9] ^= 2;
                File.WriteAllBytes(FileOf(latents), content);
            }

            return Task.CompletedTask;
        };
        await using TestFarm farm = await StartAsync();
        await farm.Job("film").Submit(Spec);
        JobProgress done = await farm.UntilAsync("film", JobState.Completed, Token);
        Assert.True(reads > 2, "nothing was damaged");
        Assert.InRange(Gate.Predictions, Predictions + 1, Predictions + 6);
        Assert.Equal(await UndisturbedAsync(farm), done.LatentsHash);
        Assert.True(File.Exists(FileOf("jobs/film/film.mp4")));
    }
}
