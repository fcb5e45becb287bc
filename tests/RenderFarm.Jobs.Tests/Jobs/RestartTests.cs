namespace RenderFarm.Jobs.Tests.Jobs;

public sealed class RestartTests(LoadedPocket pocket) : FarmTest(pocket)
{
    [Fact]
    public async Task Restart_ResumeUnfinished_GoesOnByItself()
    {
        await InterruptAsync(after: 5);
        int before = Gate.Predictions;
        await using TestFarm farm = await StartAsync();
        JobProgress done = await farm.UntilAsync("film", JobState.Completed, Token);
        Assert.InRange(Gate.Predictions, before + 1, Predictions + 2);
        Assert.Equal(await UndisturbedAsync(farm), done.LatentsHash);
    }

    [Fact]
    public async Task Restart_NotResumeUnfinished_WaitsForResume()
    {
        await InterruptAsync(after: 5);
        int before = Gate.Predictions;
        await using TestFarm farm = await StartAsync(options => options.ResumeUnfinished = false);
        JobProgress waiting = await farm.Job("film").GetProgress();
        Assert.Equal(JobState.Denoising, waiting.State);
        Assert.Contains("resume", waiting.WaitingFor, StringComparison.Ordinal);

        // Another job comes and goes, and many sweeps meanwhile: nobody takes the first one up.
        string undisturbed = await RunUndisturbedAsync(farm);
        Assert.Equal(before + Predictions, Gate.Predictions);
        Assert.Equal(JobState.Denoising, (await farm.Job("film").GetProgress()).State);

        await farm.Job("film").Resume();
        JobProgress done = await farm.UntilAsync("film", JobState.Completed, Token);
        Assert.Equal(undisturbed, done.LatentsHash);
    }

    [Fact]
    public async Task Restart_AfterAllHasEnded_RemembersAndDoesNothing()
    {
        string hash;
        await using (TestFarm farm = await StartAsync())
        {
            hash = await RunUndisturbedAsync(farm);
        }

        await using TestFarm again = await StartAsync();
        JobProgress progress = await again.Job("undisturbed").GetProgress();
        Assert.Equal((JobState.Completed, hash), (progress.State, progress.LatentsHash));
        Assert.Equal("undisturbed", Assert.Single(await again.Dispatcher.List()).JobId);
        Assert.Equal(Predictions, Gate.Predictions);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Restart_QueueDidNotHearOfTheEnd_IsToldOfIt(bool resumeUnfinished)
    {
        string queue = FileOf("state/dispatcher/default.json");
        byte[] before;
        await using (TestFarm farm = await StartAsync())
        {
            Gate.HoldAfter(3);
            await farm.Job("film").Submit(Spec);
            await Gate.Held.WaitAsync(Token);
            before = await File.ReadAllBytesAsync(queue, Token);
            Gate.Open();
            await farm.UntilAsync("film", JobState.Completed, Token);
            await farm.UntilListedAsync("film", JobState.Completed, Token);
        }

        await File.WriteAllBytesAsync(queue, before, Token);
        await using TestFarm again = await StartAsync(options => options.ResumeUnfinished = resumeUnfinished);
        await again.UntilListedAsync("film", JobState.Completed, Token);
        Assert.Equal(Predictions, Gate.Predictions);
    }

    /// <summary>A silo that stops in the midst of the job "film".</summary>
    private async Task InterruptAsync(int after)
    {
        await using TestFarm farm = await StartAsync();
        Gate.HoldAfter(after);
        await farm.Job("film").Submit(Spec);
        await Gate.Held.WaitAsync(Token);
        await Gate.PassUntilAsync(farm.StopAsync());
        Gate.Open();
        Assert.InRange(Gate.Predictions, after, Predictions - 1);
    }
}
