using RenderFarm.Diffusion.Models;
using RenderFarm.Errors;
using RenderFarm.Models;
using RenderFarm.Rendering.Tests.PromptExpansion.Language;

namespace RenderFarm.Jobs.Tests.Jobs;

/// <summary>Jobs whose words a language model turns into shots, of a model that reads plain English and renders as pocket does.</summary>
public sealed class ExpansionTests : FarmTest
{
    private const string Model = "film";

    public ExpansionTests(LoadedPocket pocket)
        : base(pocket)
    {
        ModelDescriptor model = pocket.Folder.Catalogue.Find("pocket");
        string folder = Directory.CreateDirectory(Path.Combine(pocket.Folder.Root, Model)).FullName;
        File.WriteAllText(
            Path.Combine(folder, ModelFile.Name),
            ModelFile.ToJson(model with { Name = Model, Family = "wan", Files = new Dictionary<string, string>() }));
    }

    private static JobSpec Prompted { get; } = Spec with { Model = Model, Storyboard = null, Prompt = "a red ball rolls. a blue car drives." };

    private static Func<Microsoft.AspNetCore.Http.HttpContext, Task> Shots { get; } = ChatServer.Says(new
    {
        subject = "a red ball",
        shots = new[] { new { caption = "A red ball rolls over the sand of a beach." }, new { caption = "A red ball lies still." } },
    });

    [Fact]
    public async Task Run_LanguageModelAnswers_FilmsItsShots()
    {
        await using ChatServer server = await ChatServer.StartAsync(Shots);
        await using TestFarm farm = await StartAsync(server);
        await farm.Job("film").Submit(Prompted);
        JobProgress done = await farm.UntilAsync("film", JobState.Completed, Token);
        Assert.Equal(["A red ball rolls over the sand of a beach.", "A red ball lies still."], done.Storyboard!.Shots.Select(shot => shot.Caption));
        Assert.Equal(done.Storyboard.Shots.Select(shot => shot.Caption), done.Plan!.Windows.Select(window => window.Caption));

        await farm.Job("again").Submit(Prompted);
        JobProgress again = await farm.UntilAsync("again", JobState.Completed, Token);
        Assert.Equal(done.LatentsHash, again.LatentsHash);
        Assert.Equal(5, Assert.Single(server.Requests).Body.GetProperty("seed").GetInt64());
    }

    [Fact]
    public async Task Run_LanguageModelNeverAnswers_EndsByRulesAndSaysSo()
    {
        await using ChatServer server = await ChatServer.StartAsync(ChatServer.IsSilent);
        await using TestFarm farm = await StartAsync(server, timeoutSeconds: 0.5);
        await farm.Job("film").Submit(Prompted);
        JobProgress done = await farm.UntilAsync("film", JobState.Completed, Token);
        Assert.Equal(["a red ball rolls", "a blue car drives"], done.Storyboard!.Shots.Select(shot => shot.Caption));
        Assert.Equal([$"the language model at {server.Host} did not answer in 0.5 s; the shots follow your own words"], done.Storyboard.Shots[0].Notes);
    }

    [Fact]
    public async Task Cancel_WhileLanguageModelIsAsked_AsksNoMoreAndResumes()
    {
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ChatServer server = await ChatServer.StartAsync(
            async context =>
            {
                context.RequestAborted.Register(left.SetResult);
                await ChatServer.IsSilent(context);
            },
            Shots);
        await using TestFarm farm = await StartAsync(server);
        await farm.Job("film").Submit(Prompted);
        await farm.UntilAsync("film", progress => progress.State == JobState.Expanding && server.Requests.Count == 1, Token);

        Assert.Equal(JobState.Cancelled, await farm.Job("film").Cancel().WaitAsync(TimeSpan.FromSeconds(10), Token));
        await left.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);
        Assert.Equal(JobState.Cancelled, (await farm.Job("film").GetProgress()).State);

        await farm.Job("film").Resume();
        JobProgress done = await farm.UntilAsync("film", JobState.Completed, Token);
        Assert.StartsWith("A red ball rolls over", done.Storyboard!.Shots[0].Caption, StringComparison.Ordinal);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Restart_WhileLanguageModelIsAsked_GoesOn()
    {
        await using ChatServer server = await ChatServer.StartAsync(ChatServer.IsSilent, Shots);
        await using (TestFarm farm = await StartAsync(server))
        {
            await farm.Job("film").Submit(Prompted);
            await farm.UntilAsync("film", progress => progress.State == JobState.Expanding && server.Requests.Count == 1, Token);
            await farm.StopAsync().WaitAsync(TimeSpan.FromSeconds(30), Token);
        }

        await using TestFarm next = await StartAsync(server);
        await next.UntilAsync("film", JobState.Completed, Token);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Run_LanguageModelWishedWhereThereIsNone_FailsAtOnce()
    {
        await using TestFarm farm = await StartAsync();
        await farm.Job("film").Submit(Prompted with { Expansion = Expansion.Model });
        JobProgress failed = await farm.UntilAsync("film", JobState.Failed, Token);
        Assert.Equal((ErrorCodes.InvalidSpec, "expand model is not allowed: none is configured; set RenderFarm:PromptExpansion:Endpoint"), (failed.ErrorCode, failed.ErrorMessage));
    }

    [Fact]
    public async Task Run_RulesWished_AsksNobody()
    {
        await using ChatServer server = await ChatServer.StartAsync(Shots);
        await using TestFarm farm = await StartAsync(server);
        await farm.Job("film").Submit(Prompted with { Expansion = Expansion.Rules });
        JobProgress done = await farm.UntilAsync("film", JobState.Completed, Token);
        Assert.Equal("a red ball rolls", done.Storyboard!.Shots[0].Caption);
        Assert.Empty(server.Requests);
    }

    private Task<TestFarm> StartAsync(ChatServer server, double timeoutSeconds = 60) => StartAsync(
        configureExpansion: options => (options.Endpoint, options.Model, options.TimeoutSeconds) = (server.Endpoint, "stub", timeoutSeconds));
}
