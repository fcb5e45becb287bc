using System.Diagnostics;
using System.Text.Json;
using RenderFarm.Cli.Tests;

namespace RenderFarm.Cluster.Tests;

/// <summary>Real processes, killed with SIGKILL: nothing is lost, and the film is the same, bit for bit.</summary>
public sealed class KillTests
{
    private const string Prompt = "a green cube bounces in the desert, then night falls";

    [Theory]
    [InlineData("parallel", 10, 60)]
    [InlineData("relay", 3, 30)]
    [InlineData("anchored", 3, 30)]
    public Task Render_KilledAtRandomMomentsAndResumed_GivesTheSameLatents(string strategy, int kills, int steps) =>
        KillAndResumeAsync(kills, "--seconds", "7", "--strategy", strategy, "--steps", $"{steps}");

    /// <summary>What a model remembers of the steps before is in the checkpoint too.</summary>
    [Fact]
    public Task Render_WanWithAResidualCacheKilledAndResumed_GivesTheSameLatents() => KillAndResumeAsync(
        3, "--model", Path.Combine(AppContext.BaseDirectory, "golden", "pipeline_t2v"), "--seconds", "7", "--size", "64x32", "--steps", "300", "--residual-cache", "0.2");

    private static async Task KillAndResumeAsync(int kills, params string[] options)
    {
        using var work = new Workplace();
        work.Environment["RenderFarm__Checkpoints__EverySteps"] = "3";
        string[] job = [.. options, "--seed", "9", "--json"];
        JsonElement whole = (await work.RunAsync(["render", Prompt, "-o", "whole.mp4", .. job])).Completed();
        var random = new Random(kills);

        Process process = work.Start(["render", Prompt, "-o", "killed.mp4", .. job]);
        string jobId = JsonSerializer.Deserialize<JsonElement>(await Workplace.UntilAsync(process, "submitted")).GetProperty("jobId").GetString()!;
        int stopped = 0;
        for (int i = 0; i < kills; i++)
        {
            if (i > 0)
            {
                process = work.Start("resume", jobId, "--json");
            }

            await Task.Delay(random.Next(300, 4000), TestContext.Current.CancellationToken);
            if (!process.HasExited)
            {
                process.Kill();
                stopped++;
            }

            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        JsonElement resumed = (await work.RunAsync("resume", jobId, "--json")).Completed();

        Assert.InRange(stopped, (kills / 2) + 1, kills);
        Assert.Equal(Hash(whole), Hash(resumed));
        Assert.Equal(["killed.mp4", "killed.quality.json", "whole.mp4", "whole.quality.json"], work.Files());
        Assert.Equal(
            await File.ReadAllTextAsync(work.Path("whole.quality.json"), TestContext.Current.CancellationToken),
            await File.ReadAllTextAsync(work.Path("killed.quality.json"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Render_KilledWhileStitching_LeavesNoHalfFilmAndIsResumed()
    {
        using var work = new Workplace();
        string[] job = ["--seconds", "30", "--seed", "4", "--steps", "1", "--json"];
        JsonElement whole = (await work.RunAsync(["render", Prompt, "-o", "whole.mp4", .. job])).Completed();

        Process process = work.Start(["render", Prompt, "-o", "killed.mp4", .. job]);
        await Workplace.UntilAsync(process, "\"state\":\"stitching\"");
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        string[] left = [.. work.Files()];
        JsonElement resumed = (await work.RunAsync("resume", "--json")).Completed();

        Assert.Equal(["whole.mp4", "whole.quality.json"], left);
        Assert.Equal(Hash(whole), Hash(resumed));
        Assert.Equal(["killed.mp4", "killed.quality.json", "whole.mp4", "whole.quality.json"], work.Files());
    }

    /// <summary>The second process is the first one's guest until that dies; then it takes the farm over.</summary>
    [Fact]
    public async Task Render_FarmOfAnotherProcessIsKilled_GoesOnInThisOne()
    {
        using var work = new Workplace();
        Process host = work.Start("render", Prompt, "-o", "first.mp4", "--json", "--seconds", "7", "--steps", "300");
        await Workplace.UntilAsync(host, "\"state\":\"denoising\"");
        Process guest = work.Start("render", Prompt, "-o", "second.mp4", "--json", "--seconds", "1", "--steps", "2", "--priority", "5");
        string waits = await Workplace.UntilAsync(guest, "\"state\":\"queued\"");

        host.Kill();
        JsonElement second = (await Workplace.FinishAsync(guest)).Completed();
        CommandResult jobs = await work.RunAsync("jobs", "--json");

        Assert.Equal("the farm's other jobs", JsonSerializer.Deserialize<JsonElement>(waits).GetProperty("waitingFor").GetString());
        Assert.Equal(work.Path("second.mp4"), second.GetProperty("path").GetString());
        Assert.Equal(["second.mp4", "second.quality.json"], work.Files());
        Assert.Equal(
            ["completed", "denoising"],
            jobs.Events.Select(job => job.GetProperty("state").GetString()!).Order(StringComparer.Ordinal));
    }

    private static string Hash(JsonElement completed) => completed.GetProperty("latentsHash").GetString()!;
}
