using System.Diagnostics;
using System.Text.Json;
using RenderFarm.Media.Films;

namespace RenderFarm.Cli.Tests;

public sealed class RenderTests
{
    private const string Prompt = "a red ball bounces along a beach at sunset, then night falls and it starts to rain";
    private static readonly string[] Short = ["--seconds", "7", "--steps", "3", "--seed", "5"];

    [Fact]
    public async Task Render_Sentence_MakesAFilmThatPlays()
    {
        using var work = new Workplace();

        CommandResult result = await work.RunAsync(["render", Prompt, "-o", "film.mp4", .. Short]);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        const string Ball = "a medium red ball bounces on the beach at";
        Assert.Contains($"shot 1  0:00 to 0:02  {Ball} sunset in clear weather, still camera\n", result.Output, StringComparison.Ordinal);
        Assert.Contains($"shot 2  0:02 to 0:03  {Ball} sunset in clear weather, still camera, night falls\n", result.Output, StringComparison.Ordinal);
        Assert.Contains($"shot 3  0:03 to 0:04  {Ball} night in clear weather, still camera, rain begins\n", result.Output, StringComparison.Ordinal);
        Assert.Contains($"shot 4  0:04 to 0:07  {Ball} night in the rain, still camera\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("84 frames, 7 s of 256x160 at 12 fps", result.Output, StringComparison.Ordinal);
        Assert.Contains("quality: seam ratio", result.Output, StringComparison.Ordinal);
        Assert.Equal(["film.mp4", "film.quality.json"], work.Files());
        FilmInfo film = await FilmInfo.ReadAsync(work.Path("film.mp4"), TestContext.Current.CancellationToken);
        Assert.Equal(("h264", "yuv420p", 7.0), (film.Codec, film.PixelFormat, film.Duration.TotalSeconds));
        RequireFastStart(await File.ReadAllBytesAsync(work.Path("film.mp4"), TestContext.Current.CancellationToken));
        JsonElement quality = JsonSerializer.Deserialize<JsonElement>(
            await File.ReadAllTextAsync(work.Path("film.quality.json"), TestContext.Current.CancellationToken));
        Assert.Equal(84, quality.GetProperty("frames").GetInt32());
    }

    [Fact]
    public async Task Render_SameSeedAgain_GivesTheSameLatentsAndReplacesTheFilm()
    {
        using var work = new Workplace();
        string[] command = ["render", Prompt, "-o", "film.mp4", "--json", .. Short];

        JsonElement first = (await work.RunAsync(command)).Completed();
        await File.WriteAllTextAsync(work.Path("film.mp4"), "an older film", TestContext.Current.CancellationToken);
        CommandResult second = await work.RunAsync(command);
        JsonElement other = (await work.RunAsync([.. command, "--strategy", "parallel"])).Completed();

        Assert.Equal(Hash(first), Hash(second.Completed()));
        Assert.NotEqual(Hash(first), Hash(other));
        Assert.Equal("submitted", second.Events[0].GetProperty("event").GetString());
        Assert.Contains(second.Events, line => line.GetProperty("event").GetString() == "planned");
        Assert.Equal(work.Path("film.mp4"), second.Events[^1].GetProperty("path").GetString());
        Assert.Equal(new FileInfo(work.Path("film.mp4")).Length, other.GetProperty("bytes").GetInt64());
    }

    [Fact]
    public async Task Render_Anchored_MakesAFilmOfItsOwn()
    {
        using var work = new Workplace();
        string[] command = ["render", Prompt, "-o", "film.mp4", "--json", .. Short];

        CommandResult anchored = await work.RunAsync([.. command, "--strategy", "anchored"]);
        JsonElement relay = (await work.RunAsync([.. command, "--strategy", "relay"])).Completed();
        CommandResult job = await work.RunAsync("jobs", anchored.Completed().GetProperty("jobId").GetString()!);

        Assert.NotEqual(Hash(relay), Hash(anchored.Completed()));
        Assert.Contains(" windows, ", job.Output, StringComparison.Ordinal);
        Assert.Contains(" of them of keyframes, 3 steps, seed 5\n", job.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Render_OwnStoryboard_IsKept()
    {
        using var work = new Workplace();
        await File.WriteAllTextAsync(
            work.Path("shots.json"), "{\"shots\": [{\"caption\": \"a blue car rolls, city, day, clear\", \"share\": 3}]}", TestContext.Current.CancellationToken);

        CommandResult result = await work.RunAsync(["render", "--storyboard", "shots.json", "--json", "--seconds", "1", "--steps", "2"]);

        result.Completed();
        JsonElement shot = result.Events.Single(line => line.GetProperty("event").GetString() == "planned").GetProperty("storyboard").GetProperty("shots")[0];
        Assert.Equal(("a blue car rolls, city, day, clear", 3.0), (shot.GetProperty("caption").GetString(), shot.GetProperty("share").GetDouble()));
    }

    [Fact]
    public async Task Render_Interrupted_ResumesToTheSameLatents()
    {
        using var work = new Workplace();
        string[] job = ["--seconds", "4", "--steps", "40", "--seed", "5", "--json"];
        string undisturbed = Hash((await work.RunAsync(["render", Prompt, "-o", "whole.mp4", .. job])).Completed());

        Process process = work.Start(["render", Prompt, "-o", "broken.mp4", .. job]);
        await Workplace.UntilAsync(process, "\"state\":\"denoising\"");
        await InterruptAsync(process);
        CommandResult interrupted = await Workplace.FinishAsync(process);
        CommandResult list = await work.RunAsync("jobs", "--json");
        CommandResult resumed = await work.RunAsync("resume", "--json");

        Assert.Equal(130, interrupted.ExitCode);
        Assert.Contains("nothing is lost", interrupted.Error, StringComparison.Ordinal);
        Assert.Equal("denoising", list.Events[0].GetProperty("state").GetString());
        Assert.Equal(undisturbed, Hash(resumed.Completed()));
        Assert.Equal(["broken.mp4", "broken.quality.json", "whole.mp4", "whole.quality.json"], work.Files());
    }

    [Fact]
    public async Task Resume_CompletedJob_WritesItsFilmAgain()
    {
        using var work = new Workplace();
        JsonElement first = (await work.RunAsync("render", Prompt, "--json", "--seconds", "1", "--steps", "1")).Completed();
        byte[] film = await File.ReadAllBytesAsync(work.Path("film.mp4"), TestContext.Current.CancellationToken);
        string jobId = first.GetProperty("jobId").GetString()!;

        CommandResult again = await work.RunAsync("resume", jobId, "--json", "-o", "again.mp4");
        CommandResult none = await work.RunAsync("resume");
        CommandResult cancelled = await work.RunAsync("cancel", jobId);

        Assert.Equal(Hash(first), Hash(again.Completed()));
        Assert.Equal(film, await File.ReadAllBytesAsync(work.Path("again.mp4"), TestContext.Current.CancellationToken));
        Assert.Equal((2, "renderfarm: there is no unfinished job to resume\n"), (none.ExitCode, none.Error));
        Assert.Equal((2, $"renderfarm: job {jobId} is completed already and cannot be cancelled\n"), (cancelled.ExitCode, cancelled.Error));
    }

    [Fact]
    public async Task Cancel_RunningJobOfAnotherProcess_EndsItUntilItIsResumed()
    {
        using var work = new Workplace();
        Process process = work.Start("render", Prompt, "--json", "--seconds", "4", "--steps", "300");
        string jobId = JsonSerializer.Deserialize<JsonElement>(await Workplace.UntilAsync(process, "submitted")).GetProperty("jobId").GetString()!;
        await Workplace.UntilAsync(process, "\"state\":\"denoising\"");

        CommandResult cancel = await work.RunAsync("cancel", jobId);
        CommandResult render = await Workplace.FinishAsync(process);
        CommandResult show = await work.RunAsync("jobs", jobId);

        Assert.Equal((0, $"job {jobId} is cancelled\n"), (cancel.ExitCode, cancel.Output));
        Assert.Equal(9, render.ExitCode);
        Assert.Contains($"job {jobId} was cancelled", render.Error, StringComparison.Ordinal);
        Assert.StartsWith($"job {jobId} is cancelled\n", show.Output, StringComparison.Ordinal);
        Assert.Empty(work.Files());
    }

    [Fact]
    public async Task Jobs_None_SaysHowToBegin()
    {
        using var work = new Workplace();

        CommandResult result = await work.RunAsync("jobs");

        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith("no jobs yet", result.Output, StringComparison.Ordinal);
    }

    private static string Hash(JsonElement completed) => completed.GetProperty("latentsHash").GetString()!;

    /// <summary>Handled as Ctrl-C is, whose own signal is ignored below a shell's background job, as a test run may be.</summary>
    private static async Task InterruptAsync(Process process)
    {
        using Process kill = Process.Start("/bin/sh", ["-c", $"kill -TERM {process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A player may begin before the whole file has come: the index stands before the frames.</summary>
    private static void RequireFastStart(byte[] film)
    {
        int index = film.AsSpan().IndexOf("moov"u8);
        Assert.InRange(index, 0, film.AsSpan().IndexOf("mdat"u8));
    }
}
