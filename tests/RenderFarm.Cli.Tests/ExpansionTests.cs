using System.Text.Json;
using System.Text.RegularExpressions;
using RenderFarm.Rendering.Tests.PromptExpansion.Language;

namespace RenderFarm.Cli.Tests;

/// <summary>Shots by a language model, for a model that reads plain English.</summary>
public sealed class ExpansionTests
{
    private const string Prompt = "a ginger cat walks along a wall";

    private static object Answer { get; } = new
    {
        subject = "a slender ginger cat",
        shots = new[] { new { caption = "A slender ginger cat walks along a wall of grey stones.", share = 1 }, new { caption = "It sleeps.", share = 1 } },
    };

    [Fact]
    public async Task Plan_LanguageModel_ShowsTheShotsThatRenderTakesWithItsSeed()
    {
        using var server = new LanguageModelStub(Answer);
        using Workplace work = Configured(server);
        string[] options = ["--model", ModelFolders.Film, "--models", "models", "--seconds", "20"];

        CommandResult plan = await work.RunAsync(["plan", Prompt, .. options]);
        string seed = Regex.Match(plan.Output, "'render --seed ([0-9]+)' makes this film").Groups[1].Value;
        CommandResult json = await work.RunAsync(["plan", Prompt, "--seed", seed, "--json", .. options]);

        // The model has no weights: its job ends in an error after its storyboard was shown.
        CommandResult render = await work.RunAsync(["render", Prompt, "--seed", seed, "--json", .. options]);

        Assert.Equal((0, ""), (plan.ExitCode, plan.Error));
        Assert.Contains("  A slender ginger cat walks along a wall of grey stones.\n", plan.Output, StringComparison.Ordinal);
        Assert.Contains("  a slender ginger cat. It sleeps.\n", plan.Output, StringComparison.Ordinal);
        string[] captions = Captions(json.Events.Single());
        Assert.Equal(["A slender ginger cat walks along a wall of grey stones.", "a slender ginger cat. It sleeps."], captions);
        Assert.Equal(captions, Captions(render.Events.Single(line => line.GetProperty("event").GetString() == "planned")));
        Assert.Equal(seed, Assert.Single(server.Requests).GetProperty("seed").GetRawText());
    }

    [Fact]
    public async Task Plan_Rules_AsksNobodyAndMakesNoHome()
    {
        using var server = new LanguageModelStub(Answer);
        using Workplace work = Configured(server);

        CommandResult rules = await work.RunAsync("plan", Prompt, "--expand", "rules", "--model", ModelFolders.Film, "--models", "models", "--json");
        CommandResult pocket = await work.RunAsync("plan", "a red ball bounces", "--json");

        Assert.Equal([Prompt], Captions(rules.Events.Single()));
        Assert.StartsWith("a medium red ball bounces", Captions(pocket.Events.Single())[0], StringComparison.Ordinal);
        Assert.Empty(server.Requests);
        Assert.False(Directory.Exists(work.Home));
    }

    [Fact]
    public async Task Plan_LanguageModelSilent_IsRulesAndSaysSo()
    {
        using var server = new LanguageModelStub(answer: null);
        using Workplace work = Configured(server);
        work.Environment["RenderFarm__PromptExpansion__TimeoutSeconds"] = "0.5";

        CommandResult result = await work.RunAsync("plan", Prompt, "--expand", "model", "--model", ModelFolders.Film, "--models", "models");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains($"  {Prompt}\n", result.Output, StringComparison.Ordinal);
        Assert.Contains(
            $"note: the language model at {server.Host} did not answer in 0.5 s; the shots follow your own words\n", result.Output, StringComparison.Ordinal);
    }

    private static Workplace Configured(LanguageModelStub server)
    {
        var work = new Workplace();
        ModelFolders.Create(work.Path("models"));
        work.Environment["RenderFarm__PromptExpansion__Endpoint"] = $"http://{server.Host}/v1";
        work.Environment["RenderFarm__PromptExpansion__Model"] = "stub";
        return work;
    }

    private static string[] Captions(JsonElement document) =>
        [.. document.GetProperty("storyboard").GetProperty("shots").EnumerateArray().Select(shot => shot.GetProperty("caption").GetString()!)];
}
