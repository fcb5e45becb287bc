using System.Text.Json;

namespace RenderFarm.Cli.Tests;

public sealed class PlanTests
{
    [Fact]
    public async Task Plan_Sentence_SaysAllWithoutAHome()
    {
        using var work = new Workplace();

        CommandResult result = await work.RunAsync("plan", "a red ball bounces along a beach", "--seconds", "60", "--strategy", "parallel");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("720 frames of 256x160 at 12 fps: 60 s", result.Output, StringComparison.Ordinal);
        Assert.Contains("181 latent frames of [64, 10, 16]", result.Output, StringComparison.Ordinal);
        Assert.Contains("30 of 8 latent frames [64, 8, 10, 16]", result.Output, StringComparison.Ordinal);
        Assert.Contains("overlap 2 or 3, parallel, blend linear", result.Output, StringComparison.Ordinal);
        Assert.Contains("a guess until the first job on this machine", result.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(work.Home));
    }

    [Fact]
    public async Task Plan_Anchored_ShowsKeyframesBesideTheFilmsWindows()
    {
        using var work = new Workplace();
        string[] command = ["plan", "a red ball bounces along a beach", "--seconds", "60", "--strategy", "anchored"];

        CommandResult result = await work.RunAsync(command);
        CommandResult json = await work.RunAsync([.. command, "--json"]);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("31, one every 6 latent frames, in 5 windows before the film's", result.Output, StringComparison.Ordinal);
        Assert.Contains("30 of 8 latent frames [64, 8, 10, 16]", result.Output, StringComparison.Ordinal);
        Assert.Contains("overlap 2 or 3, anchored, blend linear", result.Output, StringComparison.Ordinal);
        Assert.Contains($"{35 * 16} in all", result.Output, StringComparison.Ordinal);
        Assert.Contains("0 to 42 by 6", result.Output, StringComparison.Ordinal);
        JsonElement plan = JsonSerializer.Deserialize<JsonElement>(json.Output).GetProperty("plan");
        Assert.Equal("anchored", plan.GetProperty("strategy").GetString());
        Assert.Equal(
            [.. Enumerable.Repeat(6, 5), .. Enumerable.Repeat(1, 30)],
            plan.GetProperty("windows").EnumerateArray().Select(window => window.GetProperty("spacing").GetInt32()));
    }

    /// <summary>Five shots, of which only the third one's prompt changed. Under anchored each shot has a window of keyframes, before the film's thirteen.</summary>
    [Theory]
    [InlineData("relay", 13, new[] { 0, 1, 2, 3, 4 })]
    [InlineData("parallel", 13, new[] { 0, 1, 2, 3, 9, 10, 11, 12 })]
    [InlineData("anchored", 18, new[] { 0, 1, 3, 4, 5, 6, 7, 8, 14, 15, 16, 17 })]
    public async Task Plan_ComparedWithOneShotChanged_NamesTheWindowsToReUse(string strategy, int windows, int[] reusable)
    {
        using var work = new Workplace();
        string[] shots = ["a red ball rolls", "then it bounces", "then it spins", "then it slides", "then it stands still"];
        string[] options = ["--seconds", "25", "--strategy", strategy, "--seed", "3"];
        CommandResult before = await work.RunAsync(["plan", string.Join(' ', shots), "--json", .. options]);
        await File.WriteAllTextAsync(work.Path("before.json"), before.Output, TestContext.Current.CancellationToken);
        Storyboard(work, "shots.json", before, changed: "a medium red ball bounces on the meadow at sunset in clear weather, still camera");

        CommandResult after = await work.RunAsync(["plan", "--storyboard", "shots.json", "--compare", "before.json", .. options]);
        CommandResult json = await work.RunAsync(["plan", "--storyboard", "shots.json", "--compare", "before.json", "--json", .. options]);

        JsonElement document = JsonSerializer.Deserialize<JsonElement>(json.Output);
        Assert.Equal(windows, document.GetProperty("plan").GetProperty("windows").GetArrayLength());
        Assert.Equal(reusable, document.GetProperty("reusableWindows").EnumerateArray().Select(window => window.GetInt32()));
        Assert.Contains(
            $"{reusable.Length} of {windows} windows can be re-used: {string.Join(", ", reusable.Select(window => window + 1))}\n", after.Output, StringComparison.Ordinal);
    }

    /// <summary>The storyboard of a plan with another caption for its third shot.</summary>
    private static void Storyboard(Workplace work, string name, CommandResult plan, string changed)
    {
        string[] captions =
        [
            .. JsonSerializer.Deserialize<JsonElement>(plan.Output).GetProperty("storyboard").GetProperty("shots").EnumerateArray()
                .Select(shot => shot.GetProperty("caption").GetString()!),
        ];
        Assert.Equal(5, captions.Length);
        captions[2] = changed;
        File.WriteAllText(work.Path(name), JsonSerializer.Serialize(new { shots = captions.Select(caption => new { caption }) }));
    }
}
