using System.Text.Json;

namespace RenderFarm.Cli.Tests;

/// <summary>Each gives one clear line and its documented exit code, before a farm starts, and leaves nothing behind.</summary>
public sealed class BadInputTests
{
    private const string Prompt = "a red ball";

    [Theory]
    [InlineData("seconds 0 is not allowed: above 0, at most 600", "--seconds", "0")]
    [InlineData("seconds -3 is not allowed: above 0, at most 600", "--seconds", "-3")]
    [InlineData("seconds NaN is not allowed: above 0, at most 600", "--seconds", "NaN")]
    [InlineData("seconds 10000 is not allowed: above 0, at most 600", "--seconds", "10000")]
    [InlineData("--seconds 'long' is not a number", "--seconds", "long")]
    [InlineData("model 'sora' is not known: there is pocket", "--model", "sora")]
    [InlineData("model folder /nowhere/pocket does not exist", "--model", "/nowhere/pocket/")]
    [InlineData("size 640x480 is not allowed: pocket makes 256x160, 160x256, 256x256", "--size", "640x480")]
    [InlineData("size 'big' is not WIDTHxHEIGHT, as in 256x160", "--size", "big")]
    [InlineData("aspect 'tall' is not allowed: size 256x160 is wide; give only one of the two", "--aspect", "tall", "--size", "256x160")]
    [InlineData("--aspect 'oval' is not allowed: wide, tall, square", "--aspect", "oval")]
    [InlineData("fps 30 is not allowed: pocket makes 12", "--fps", "30")]
    [InlineData("steps 0 is not allowed: 1 to 1000", "--steps", "0")]
    [InlineData("--steps '2.5' is not a whole number", "--steps", "2.5")]
    [InlineData("guidance 0 is not allowed: 1 to 30", "--guidance", "0")]
    [InlineData("overlap 5 is not allowed: 1 to 4, half a window of pocket", "--overlap", "5")]
    [InlineData("priority 101 is not allowed: -100 to 100", "--priority", "101")]
    [InlineData("--strategy 'solo' is not allowed: parallel, relay, anchored", "--strategy", "solo")]
    [InlineData("--sampler '1' is not allowed: euler, unipc", "--sampler", "1")]
    [InlineData("--expand 'poets' is not allowed: rules, model", "--expand", "poets")]
    [InlineData("expand model is not allowed: pocket is of family pocket, which has rules of its own", "--expand", "model")]
    [InlineData("storyboard 'none.json' cannot be read", "--storyboard", "none.json")]
    [InlineData("Unrecognized command or argument '--colour'", "--colour", "red")]
    public Task Render_BadOption_IsRefused(string message, params string[] arguments) =>
        RequireRefusalAsync(2, message, ["render", Prompt, .. arguments]);

    [Theory]
    [InlineData("prompt is empty", "render", "")]
    [InlineData("prompt is empty", "render", "  ")]
    [InlineData("prompt is empty", "render")]
    [InlineData("prompt is empty", "plan")]
    [InlineData("seconds 0 is not allowed", "plan", Prompt, "--seconds", "0")]
    [InlineData("expand model is not allowed: pocket is of family pocket, which has rules of its own", "plan", Prompt, "--expand", "model")]
    [InlineData("compare 'film.mp4' is not a plan", "plan", Prompt, "--compare", "film.mp4")]
    [InlineData("--clips 0 is not allowed: at least 1", "train", "--clips", "0")]
    [InlineData("--still-minutes NaN is not allowed: above 0", "train", "--still-minutes", "NaN")]
    [InlineData("--captions 0 is not allowed: at least 1", "eval", "--captions", "0")]
    [InlineData("--judge-minutes 0 is not allowed: above 0", "eval", "--judge-minutes", "0")]
    [InlineData("--parts 'colours' is not allowed: reconstruction, conditioning, adherence, physics, permanence, films", "eval", "--parts", "colours")]
    [InlineData("--strategies '' is not allowed: parallel, relay, anchored", "eval", "--strategies", "")]
    [InlineData("--output '' is not allowed: a folder", "eval", "-o", "")]
    [InlineData("model 'sora' is not known: there is pocket", "eval", "sora")]
    public async Task Command_BadInput_IsRefused(string message, params string[] arguments)
    {
        using var work = new Workplace();
        bool isFileNeeded = arguments.Contains("film.mp4");
        if (isFileNeeded)
        {
            await File.WriteAllTextAsync(work.Path("film.mp4"), "no plan", TestContext.Current.CancellationToken);
        }

        await RequireRefusalAsync(work, 2, message, arguments);
        Assert.Equal(isFileNeeded ? ["film.mp4"] : [], work.Files());
    }

    [Theory]
    [InlineData("is in a folder that does not exist", "nowhere/film.mp4")]
    [InlineData("is not allowed: the film is an MP4, so name it .mp4", "film.avi")]
    [InlineData("cannot be written", "/proc/film.mp4")]
    public Task Render_UnwritableOutput_IsRefused(string message, string output) =>
        RequireRefusalAsync(3, message, ["render", Prompt, "-o", output]);

    [Fact]
    public async Task Render_OutputIsAFolder_IsRefused()
    {
        using var work = new Workplace();
        Directory.CreateDirectory(work.Path("film.mp4"));

        await RequireRefusalAsync(work, 3, "is a folder; name a file in it", "render", Prompt, "-o", "film.mp4");
    }

    [Theory]
    [InlineData("{}", "cannot be read")]
    [InlineData("{\"shots\": []}", "storyboard has no shots")]
    [InlineData("{\"shots\": [null]}", "it has no shots")]
    [InlineData("{\"shots\": [{\"caption\": \" \"}]}", "storyboard shot 1 has an empty caption")]
    [InlineData("{\"shots\": [{\"caption\": \"a\"}, {\"caption\": \"b\", \"share\": 0}]}", "share of storyboard shot 2 0 is not allowed: a number above 0")]
    [InlineData("{\"shots\": [", "cannot be read")]
    public async Task Render_BadStoryboard_IsRefused(string json, string message)
    {
        using var work = new Workplace();
        await File.WriteAllTextAsync(work.Path("shots.json"), json, TestContext.Current.CancellationToken);

        await RequireRefusalAsync(work, 2, message, "render", "--storyboard", "shots.json");
        Assert.Equal(["shots.json"], work.Files());
    }

    [Fact]
    public async Task Render_NoFfmpeg_IsRefused()
    {
        using var work = new Workplace();
        work.Environment["PATH"] = work.Folder;

        await RequireRefusalAsync(work, 4, "ffmpeg is not on the PATH; on Debian: apt-get install ffmpeg", "render", Prompt);
    }

    [Theory]
    [InlineData("transformer.safetensors")]
    [InlineData("autoencoder.safetensors")]
    public async Task Render_TruncatedWeights_IsRefused(string file)
    {
        using var work = new Workplace();
        string models = CopyOfModels(work);
        using (FileStream weights = File.OpenWrite(Path.Combine(models, "pocket", file)))
        {
            weights.SetLength(weights.Length / 2);
        }

        await RequireRefusalAsync(work, 5, $"{file} is damaged or truncated", "render", Prompt, "--models", models);
        Assert.Equal(["models"], work.Files());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"name\": \"pocket\"}")]
    public async Task Render_BrokenModelFile_IsRefused(string json)
    {
        using var work = new Workplace();
        string models = CopyOfModels(work);
        await File.WriteAllTextAsync(Path.Combine(models, "pocket", "model.json"), json, TestContext.Current.CancellationToken);

        await RequireRefusalAsync(work, 5, "model.json is not a model", "render", Prompt, "--models", models);
    }

    [Fact]
    public async Task Render_BadInputAsJson_SaysItAsJson()
    {
        using var work = new Workplace();

        CommandResult result = await work.RunAsync("render", Prompt, "--seconds", "0", "--json");

        JsonElement error = JsonSerializer.Deserialize<JsonElement>(result.Error);
        Assert.Equal(2, result.ExitCode);
        Assert.Equal("error", error.GetProperty("event").GetString());
        Assert.Equal("invalid_spec", error.GetProperty("code").GetString());
        Assert.Equal("seconds 0 is not allowed: above 0, at most 600", error.GetProperty("message").GetString());
    }

    [Fact]
    public async Task Render_HomeCannotBeWritten_IsRefused()
    {
        using var work = new Workplace();

        await RequireRefusalAsync(work, 6, "/proc/farm cannot be written", "render", Prompt, "--home", "/proc/farm");
    }

    [Theory]
    [InlineData("resume", "nobody")]
    [InlineData("cancel", "nobody")]
    [InlineData("jobs", "nobody")]
    [InlineData("plan", Prompt, "--compare", "nobody")]
    public async Task Command_UnknownJob_IsRefused(params string[] arguments)
    {
        using var work = new Workplace();

        CommandResult result = await work.RunAsync(arguments);

        Assert.Equal((2, "renderfarm: job 'nobody' is not known\n"), (result.ExitCode, result.Error));
    }

    [Theory]
    [InlineData("RenderFarm__Checkpoints__EverySteps", "0", "RenderFarm:Checkpoints:EverySteps is 0; it must be at least 1")]
    [InlineData("RenderFarm__Devices__Device", "toaster", "RenderFarm:Devices:Device is toaster; it must be cpu, cuda or cuda:N")]
    [InlineData("RenderFarm__Devices__Device", "cuda", "this build or machine has no CUDA")]
    [InlineData("RenderFarm__Devices__Threads", "many", "'many'")]
    [InlineData("RenderFarm__PromptExpansion__Endpoint", "ftp://models", "RenderFarm:PromptExpansion:Endpoint is 'ftp://models'; it must be an absolute http or https URL")]
    [InlineData("RenderFarm__PromptExpansion__MaxShots", "few", "'few'", "plan")]
    public async Task Command_BadConfiguration_IsRefused(string variable, string value, string message, string command = "render")
    {
        using var work = new Workplace();
        work.Environment[variable] = value;

        CommandResult result = await work.RunAsync(command, Prompt);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Empty(work.Files());
    }

    private static string CopyOfModels(Workplace work)
    {
        string models = work.Path("models");
        string pocket = Directory.CreateDirectory(Path.Combine(models, "pocket")).FullName;
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Workplace.Models, "pocket")))
        {
            File.Copy(file, Path.Combine(pocket, Path.GetFileName(file)));
        }

        return models;
    }

    private static async Task RequireRefusalAsync(int exitCode, string message, string[] arguments)
    {
        using var work = new Workplace();
        await RequireRefusalAsync(work, exitCode, message, arguments);
        Assert.Empty(work.Files());
    }

    private static async Task RequireRefusalAsync(Workplace work, int exitCode, string message, params string[] arguments)
    {
        CommandResult result = await work.RunAsync(arguments);

        string line = Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("renderfarm: ", line, StringComparison.Ordinal);
        Assert.Contains(message, line, StringComparison.Ordinal);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.False(Directory.Exists(work.Home), "a home was made");
    }
}
