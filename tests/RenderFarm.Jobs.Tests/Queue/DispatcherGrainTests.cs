namespace RenderFarm.Jobs.Tests.Queue;

public sealed class DispatcherGrainTests(LoadedPocket pocket) : FarmTest(pocket)
{
    [Fact]
    public async Task Admit_ManyWaiting_GoByPriorityThenAgeOneAtATime()
    {
        await using TestFarm farm = await StartAsync();
        Gate.HoldAfter(0);
        await SubmitAsync(farm, "running", 0);
        await Gate.Held.WaitAsync(Token);
        await SubmitAsync(farm, "low", -1);
        await SubmitAsync(farm, "first", 0);
        await SubmitAsync(farm, "second", 0);
        await SubmitAsync(farm, "urgent", 7);
        await SubmitAsync(farm, "urgent too", 7);
        await SubmitAsync(farm, "cancelled", 9);
        Assert.Contains("5 before it", await farm.Dispatcher.ExplainWait("low"), StringComparison.Ordinal);
        Assert.Null(await farm.Dispatcher.ExplainWait("running"));
        Assert.Equal(JobState.Cancelled, await farm.Job("cancelled").Cancel());
        Assert.Contains("4 before it", await farm.Dispatcher.ExplainWait("low"), StringComparison.Ordinal);
        Assert.NotNull((await farm.Job("low").GetProgress()).WaitingFor);
        Gate.Open();

        string[] order = ["running", "urgent", "urgent too", "first", "second", "low"];
        JobProgress before = await farm.UntilAsync(order[0], JobState.Completed, Token);
        foreach (string jobId in order.Skip(1))
        {
            JobProgress done = await farm.UntilAsync(jobId, JobState.Completed, Token);
            Assert.True(before.EndedAt <= done.StartedAt, $"{jobId} did not wait for the end of {before.JobId}");
            before = done;
        }

        JobProgress cancelled = await farm.Job("cancelled").GetProgress();
        Assert.Equal((JobState.Cancelled, null), (cancelled.State, cancelled.StartedAt));
    }

    [Fact]
    public async Task Admit_ConcurrentIsTwo_RunsTwoAndNoThird()
    {
        await using TestFarm farm = await StartAsync(options => options.Concurrent = 2);
        Gate.HoldAfter(0);
        await SubmitAsync(farm, "one", 0);
        await SubmitAsync(farm, "two", 0);
        await SubmitAsync(farm, "three", 0);
        await farm.UntilAsync("one", JobState.Denoising, Token);
        await farm.UntilAsync("two", JobState.Denoising, Token);
        Assert.Equal(JobState.Queued, (await farm.Job("three").GetProgress()).State);
        Assert.Equal("2 running, 0 before it in the queue", await farm.Dispatcher.ExplainWait("three"));
        Gate.Open();

        JobProgress third = await farm.UntilAsync("three", JobState.Completed, Token);
        JobProgress one = await farm.UntilAsync("one", JobState.Completed, Token), two = await farm.UntilAsync("two", JobState.Completed, Token);
        Assert.True(third.StartedAt >= (one.EndedAt < two.EndedAt ? one : two).EndedAt, "three ran at once");
        Assert.Equal(["three", "two", "one"], (await farm.Dispatcher.List()).Select(job => job.JobId));
    }

    private static Task SubmitAsync(TestFarm farm, string jobId, int priority) =>
        farm.Job(jobId).Submit(Spec with { Seconds = 1, Steps = 2, Priority = priority });
}
