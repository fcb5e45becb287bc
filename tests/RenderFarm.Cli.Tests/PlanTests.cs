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
        Assert.Contains("480 frames of 192x112 at 8 fps: 60 s", result.Output, StringComparison.Ordinal);
        Assert.Contains("121 latent frames of [32, 7, 12]", result.Output, StringComparison.Ordinal);
        Assert.Contains("24 of 8 latent frames [32, 8, 7, 12]", result.Output, StringComparison.Ordinal);
        Assert.Contains("overlap 3 or 4, parallel, blend linear", result.Output, StringComparison.Ordinal);
        Assert.Contains("a guess until the first job on this machine", result.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(work.Home));
    }

    /// <summary>Five shots, of which only the third one's prompt changed.</summary>
    [Theory]
    [InlineData("relay", new[] { 0, 1, 2, 3 })]
    [InlineData("parallel", new[] { 0, 1, 2, 7, 8, 9 })]
    public async Task Plan_ComparedWithOneShotChanged_NamesTheWindowsToReUse(string strategy, int[] reusable)
    {
        using var work = new Workplace();
        string[] shots = ["a red ball rolls", "then it bounces", "then night falls", "then it rains", "then it stands still"];
        string[] options = ["--seconds", "25", "--strategy", strategy, "--seed", "3"];
        CommandResult before = await work.RunAsync(["plan", string.Join(' ', shots), "--json", .. options]);
        await File.WriteAllTextAsync(work.Path("before.json"), before.Output, TestContext.Current.CancellationToken);
        Storyboard(work, "shots.json", before, changed: "a red ball bounces, meadow, sunset, clear");

        CommandResult after = await work.RunAsync(["plan", "--storyboard", "shots.json", "--compare", "before.json", .. options]);
        CommandResult json = await work.RunAsync(["plan", "--storyboard", "shots.json", "--compare", "before.json", "--json", .. options]);

        JsonElement document = JsonSerializer.Deserialize<JsonElement>(json.Output);
        Assert.Equal(10, document.GetProperty("plan").GetProperty("windows").GetArrayLength());
        Assert.Equal(reusable, document.GetProperty("reusableWindows").EnumerateArray().Select(window => window.GetInt32()));
        Assert.Contains(
            $"{reusable.Length} of 10 windows can be re-used: {string.Join(", ", reusable.Select(window => window + 1))}\n", after.Output, StringComparison.Ordinal);
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
