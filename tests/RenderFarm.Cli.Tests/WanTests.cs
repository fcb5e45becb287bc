using System.Text.Json;
using RenderFarm.Media.Films;

namespace RenderFarm.Cli.Tests;

/// <summary>Films by the tiny Wan pipelines of the reference vectors, through the same farm as pocket's.</summary>
public sealed class WanTests
{
    private const string Prompt = "a fox runs through the snow, then it sleeps";

    [Theory]
    [InlineData("pipeline_t2v", 480, 16, "parallel")]
    [InlineData("pipeline_ti2v", 720, 24, "relay")]
    public async Task Render_AFolderInDiffusersLayout_MakesAFilmOfHalfAMinuteThroughManyWindows(string pipeline, int frames, int fps, string strategy)
    {
        using var work = new Workplace();
        string[] command =
        [
            "render", Prompt, "--model", Pipeline(pipeline), "--seconds", "30", "--size", "64x32", "--steps", "2", "--seed", "4", "-o", "film.mp4", "--json",
        ];

        CommandResult result = await work.RunAsync(command);

        JsonElement completed = result.Completed();
        JsonElement plan = result.Events.First(line => line.GetProperty("event").GetString() == "planned").GetProperty("plan");
        Assert.Equal(strategy, plan.GetProperty("strategy").GetString());
        Assert.True(plan.GetProperty("windows").GetArrayLength() >= 7);
        Assert.Equal(frames, completed.GetProperty("frames").GetInt32());
        FilmInfo film = await FilmInfo.ReadAsync(work.Path("film.mp4"), TestContext.Current.CancellationToken);
        Assert.Equal((fps, 30.0, 64, 32), (film.Fps, film.Duration.TotalSeconds, film.Size.Width, film.Size.Height));
    }

    [Fact]
    public async Task Render_FromAStartImage_BeginsWithIt()
    {
        using var work = new Workplace();
        string[] command = ["--model", Pipeline("pipeline_ti2v"), "--seconds", "1", "--size", "64x32", "--steps", "2", "--seed", "4", "-o", "film.mp4", "--json"];
        string plain = Hash(await work.RunAsync(["render", Prompt, .. command]));
        string picture = Path.Combine(AppContext.BaseDirectory, "start.png");

        string begun = Hash(await work.RunAsync(["render", Prompt, "--start-image", picture, .. command]));

        Assert.NotEqual(plain, begun);
        Assert.Equal(begun, Hash(await work.RunAsync(["render", Prompt, "--start-image", picture, .. command])));
    }

    [Theory]
    [InlineData("pipeline_t2v", "start.png", "takes none")]
    [InlineData("pipeline_ti2v", "missing.png", "is not there")]
    [InlineData("pipeline_ti2v", "renderfarm.runtimeconfig.json", "is no picture")]
    public async Task Render_StartImageThatCannotBeUsed_IsRefusedBeforeTheFarmStarts(string pipeline, string file, string why)
    {
        using var work = new Workplace();

        CommandResult result = await work.RunAsync(
            "render", Prompt, "--model", Pipeline(pipeline), "--size", "64x32", "--start-image", Path.Combine(AppContext.BaseDirectory, file), "-o", "film.mp4");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(why, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.Empty(work.Files());
    }

    [Fact]
    public async Task Render_OptionsOfAPlan_ChangeTheFilmEachInItsOwnWay()
    {
        using var work = new Workplace();
        string[] command =
        [
            "render", Prompt, "--model", Pipeline("pipeline_t2v"), "--seconds", "6", "--size", "32x32", "--steps", "6", "--seed", "4", "-o", "film.mp4", "--json",
        ];
        string[][] options = [[], ["--residual-cache", "1"], ["--schedule", "endpoint0999"], ["--noise", "freenoise"], ["--anchor-frame", "false"]];
        var hashes = new HashSet<string>();
        foreach (string[] option in options)
        {
            Assert.True(hashes.Add(Hash(await work.RunAsync([.. command, .. option]))), $"{string.Join(' ', option)} changes nothing");
        }
    }

    private static string Pipeline(string name) => Path.Combine(AppContext.BaseDirectory, "golden", name);

    private static string Hash(CommandResult result) => result.Completed().GetProperty("latentsHash").GetString()!;
}
