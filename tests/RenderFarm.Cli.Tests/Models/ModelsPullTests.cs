using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;

namespace RenderFarm.Cli.Tests.Models;

/// <summary>The real program against a real server that is not always kind.</summary>
public sealed class ModelsPullTests : IDisposable
{
    private const string Name = "tiny-t2v";
    private const int Part = 100_000;

    private readonly Workplace _work = new();
    private readonly string _origin = TinyPipeline.CopyTo(Path.Combine(Path.GetTempPath(), $"renderfarm-hub-{Guid.NewGuid():N}"));
    private readonly HubServer _hub;

    public ModelsPullTests()
    {
        _hub = new HubServer(_origin);
        _work.Environment["RENDERFARM_HUB"] = _hub.Address;
        _work.Environment["NO_PROXY"] = "127.0.0.1";
    }

    private string Pulled => Path.Combine(_work.Home, "models", Name);

    [Fact]
    public async Task Pull_Pipeline_BringsWhatItNeedsAndRegistersIt()
    {
        CommandResult result = await PullAsync();

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("licence: Apache-2.0\n", result.Output, StringComparison.Ordinal);
        Assert.Contains($"{Name} is pulled: ", result.Output, StringComparison.Ordinal);
        RequirePulled();

        // The index names no second transformer, and the other files are none of a pipeline's.
        string[] files = [.. Directory.EnumerateFiles(Pulled, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Pulled, file)).Order(StringComparer.Ordinal)];
        Assert.Equal(
            [
                "README.md", "model.json", "model_index.json", "scheduler/scheduler_config.json", "text_encoder/config.json", "text_encoder/model.safetensors",
                "transformer/config.json", TinyPipeline.Transformer, "vae/config.json", TinyPipeline.Vae,
            ],
            files);
        JsonElement listed = Assert.Single((await _work.RunAsync("models", "list", "--json")).Events, model => model.GetProperty("name").GetString() == Name);
        Assert.Equal(("pulled", "wan", "Apache-2.0"), (Text(listed, "origin"), Text(listed, "family"), Text(listed, "licence")));
        Assert.Equal((0, ""), await RunAsync("models", "verify", Name));
        Assert.Equal((0, ""), await RunAsync("plan", "a ball", "--seconds", "5", "--model", Name));
        JsonElement registration = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Pulled, "model.json"), Token)).RootElement.GetProperty("registration");
        Assert.Equal(($"{HubServer.Repository}@main", JsonValueKind.Null), (Text(registration, "source"), registration.GetProperty("licenceAcceptedAt").ValueKind));
    }

    [Fact]
    public async Task Pull_Again_SaysThatItIsThere()
    {
        await PullAsync();
        _hub.Requests.Clear();

        CommandResult again = await PullAsync();
        CommandResult other = await PullAsync("--revision", "v2");

        Assert.Contains("is pulled from studio/Tiny-T2V@main already", again.Output, StringComparison.Ordinal);
        Assert.Equal(0, again.ExitCode);
        RequireRefusal(other, 2, $"name '{Name}' is taken by the model in {Pulled}");
        Assert.Empty(_hub.Requests);
    }

    [Fact]
    public async Task Pull_AsJson_SaysEachFileAndTheModel()
    {
        CommandResult result = await PullAsync("--json");

        JsonElement model = result.Completed();
        Assert.Equal(("pulled", Name), (Text(model, "event"), Text(model.GetProperty("model"), "name")));
        JsonElement last = result.Events[^2];
        Assert.Equal((TinyPipeline.Vae, last.GetProperty("total").GetInt64()), (Text(last, "file"), last.GetProperty("bytes").GetInt64()));
    }

    [Fact]
    public async Task Pull_ConnectionBreaksOff_GoesOnFromThere()
    {
        _hub.TroubleWith(TinyPipeline.Transformer, times: 3, context => _hub.CutAsync(context, Part));

        CommandResult result = await PullAsync();

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        long[] begins = [.. _hub.RequestsFor(TinyPipeline.Transformer).Skip(1).Select(Begin)];
        Assert.Equal(3, begins.Length);
        Assert.Equal(begins.Where(begin => begin is > 0 and <= 3 * Part).Order().Distinct(), begins);
        RequirePulled();
    }

    [Fact]
    public async Task Pull_ServerKnowsNoRanges_BeginsAgain()
    {
        _hub.IgnoresRanges = true;
        _hub.TroubleWith(TinyPipeline.Transformer, times: 1, context => _hub.CutAsync(context, Part));

        CommandResult result = await PullAsync();

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.InRange(Begin(_hub.RequestsFor(TinyPipeline.Transformer)[^1]), 1, Part);
        RequirePulled();
    }

    [Theory]
    [InlineData(TinyPipeline.Vae)]
    [InlineData("vae/config.json")]
    public async Task Pull_WrongBytesOnce_FetchesTheFileAgain(string file)
    {
        _hub.TroubleWith(file, times: 1, _hub.DamageAsync);

        CommandResult result = await PullAsync();

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal([null, null], _hub.RequestsFor(file).Select(request => request.Range));
        RequirePulled();
    }

    [Fact]
    public async Task Pull_WrongBytesAlways_IsRefusedAndNothingIsRegistered()
    {
        _hub.TroubleWith(TinyPipeline.Transformer, times: 100, _hub.DamageAsync);

        RequireRefusal(await PullAsync(), 10, $"{TinyPipeline.Transformer} comes wrong again and again: its SHA-256 is");

        Assert.False(File.Exists(Path.Combine(Pulled, TinyPipeline.Transformer)));
        CommandResult list = await _work.RunAsync("models", "list");
        Assert.Contains($"{Name} cannot be used: its pull from studio/Tiny-T2V@main is not finished", list.Output, StringComparison.Ordinal);
        CommandResult removed = await _work.RunAsync("models", "remove", Name, "--yes");
        Assert.Equal(0, removed.ExitCode);
        Assert.False(Directory.Exists(Pulled));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1_000_000)]
    public async Task Pull_AnotherLengthThanListed_IsRefused(long size)
    {
        long actual = new FileInfo(Path.Combine(_origin, TinyPipeline.Vae)).Length;
        _hub.Lies.Add(TinyPipeline.Vae, new { type = "file", path = TinyPipeline.Vae, size, oid = new string('a', 40) });

        RequireRefusal(await PullAsync(), 10, $"{TinyPipeline.Vae} has {size} bytes as the hub lists it, but from byte 0 on comes with {actual} bytes");
        Assert.Single(_hub.RequestsFor(TinyPipeline.Vae));
    }

    [Fact]
    public async Task Pull_BusyServer_WaitsAsLongAsItAsks()
    {
        var times = new List<long>();
        _hub.TroubleWith(TinyPipeline.Transformer, times: 1, context =>
        {
            times.Add(Stopwatch.GetTimestamp());
            context.Response.StatusCode = 503;
            context.Response.Headers["Retry-After"] = "2";
            return Task.CompletedTask;
        });

        CommandResult result = await PullAsync();

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.InRange(Stopwatch.GetElapsedTime(times[0]).TotalSeconds, 2, 60);
        RequirePulled();
    }

    [Fact]
    public async Task Pull_RedirectToAnotherHost_DoesNotTakeTheTokenThere()
    {
        using HubServer other = new(_origin);
        _work.Environment["RENDERFARM_HUB_TOKEN"] = "secret";
        _hub.Trouble = context =>
        {
            string path = context.Request.Url!.AbsolutePath;
            if (path.EndsWith(".safetensors", StringComparison.Ordinal))
            {
                context.Response.Redirect(other.Address + path);
            }
            else if (path.EndsWith("vae/config.json", StringComparison.Ordinal) && context.Request.Url.Query.Length == 0)
            {
                context.Response.Redirect(path + "?again");
            }
            else
            {
                return Task.FromResult(false);
            }

            return Task.FromResult(true);
        };

        CommandResult result = await PullAsync();

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.All(_hub.Requests, request => Assert.Equal("Bearer secret", request.Authorization));
        Assert.Equal(2, _hub.RequestsFor("vae/config.json").Count);
        Assert.Equal(3, other.Requests.Count);
        Assert.All(other.Requests, request => Assert.Null(request.Authorization));
        RequirePulled();
    }

    [Fact]
    public async Task Pull_RedirectsWithoutEnd_IsRefused()
    {
        _hub.TroubleWith("model_index.json", times: 100, context =>
        {
            context.Response.Redirect(context.Request.Url!.AbsolutePath);
            return Task.CompletedTask;
        });

        RequireRefusal(await PullAsync(), 10, "redirects on and on");
    }

    [Fact]
    public async Task Pull_ListWithAPathOutside_TakesNothing()
    {
        _hub.Lies.Add("lie", new { type = "file", path = "../outside\e[2J.json", size = 1, oid = new string('a', 40) });

        RequireRefusal(await PullAsync(), 10, "lists the file '../outside?[2J.json', which is not inside its repository");

        Assert.Single(_hub.Requests);
        Assert.False(Directory.Exists(Pulled));
    }

    [Fact]
    public async Task Pull_ListInPages_ReadsThemAll()
    {
        _hub.PageLength = 3;

        CommandResult result = await PullAsync();

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.True(_hub.Requests.Count(request => request.Path.StartsWith("/api/", StringComparison.Ordinal)) > 5);
        RequirePulled();
    }

    [Fact]
    public async Task Pull_UnknownRepository_IsRefused()
    {
        RequireRefusal(await _work.RunAsync("models", "pull", "studio/none"), 2, "has no repository studio/none with the revision main");
        RequireRefusal(await PullAsync("--revision", "v2"), 2, $"has no repository {HubServer.Repository} with the revision v2");
        Assert.False(Directory.Exists(Path.Combine(_work.Home, "models", "none")));
    }

    [Theory]
    [InlineData(null, "is refused (401): it needs a token in RENDERFARM_HUB_TOKEN")]
    [InlineData("wrong", "is refused (401): the token in RENDERFARM_HUB_TOKEN does not open it")]
    public async Task Pull_NotAllowed_SaysWhatIsMissing(string? token, string message)
    {
        if (token is not null)
        {
            _work.Environment["RENDERFARM_HUB_TOKEN"] = token;
        }

        _hub.Trouble = context =>
        {
            context.Response.StatusCode = 401;
            return Task.FromResult(true);
        };

        RequireRefusal(await PullAsync(), 10, message);
        Assert.Single(_hub.Requests);
    }

    [Fact]
    public async Task Pull_NoRoom_IsRefusedBeforeTheWeights()
    {
        _hub.Lies.Add(TinyPipeline.Vae, new { type = "file", path = TinyPipeline.Vae, size = 1L << 50, oid = new string('a', 40) });

        RequireRefusal(await PullAsync(), 6, "are free");

        Assert.DoesNotContain(_hub.Requests, request => request.Path.EndsWith(".safetensors", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pull_NoHub_IsRefused()
    {
        _work.Environment["RENDERFARM_HUB"] = "";
        RequireRefusal(await PullAsync(), 2, "no hub is known: name its base URL by --base-url or RENDERFARM_HUB");
        RequireRefusal(await PullAsync("--base-url", "ftp://127.0.0.1"), 2, "base URL 'ftp://127.0.0.1' is not allowed");
        RequireRefusal(await PullAsync("--base-url", "http://127.0.0.1:1"), 10, "http://127.0.0.1:1 cannot be reached");
        Assert.Equal(0, (await PullAsync("--base-url", _hub.Address)).ExitCode);
    }

    [Theory]
    [InlineData("repository '../x' is not allowed", "../x")]
    [InlineData("repository 'a/b/c' is not allowed", "a/b/c")]
    [InlineData("name 'Tiny' is not allowed", "studio/tiny", "--name", "Tiny")]
    [InlineData("name 'pocket' is taken by the model in", "studio/pocket")]
    public async Task Pull_BadName_IsRefused(string message, params string[] arguments)
    {
        RequireRefusal(await _work.RunAsync(["models", "pull", .. arguments]), 2, message);
        Assert.Empty(_hub.Requests);
    }

    [Fact]
    public async Task Pull_Interrupted_KeepsWhatItHasAndGoesOn()
    {
        var isStalled = new TaskCompletionSource();
        _hub.TroubleWith(TinyPipeline.Transformer, times: 1, async context =>
        {
            byte[] content = await File.ReadAllBytesAsync(Path.Combine(_origin, TinyPipeline.Transformer));
            context.Response.ContentLength64 = content.Length;
            content[0] ^= 1;
            await HubServer.SendAsync(context, content.AsMemory(0, Part));
            isStalled.SetResult();
            await _hub.FallSilentAsync();
        });
        Process pull = _work.Start("models", "pull", HubServer.Repository);
        Task<CommandResult> ended = Workplace.FinishAsync(pull);
        await isStalled.Task.WaitAsync(Token);
        CommandResult second = await PullAsync();
        await ShellAsync($"kill -TERM {pull.Id}");
        CommandResult first = await ended;

        // The first byte came wrong: the checksum finds it, and the file is fetched anew.
        CommandResult third = await PullAsync();

        RequireRefusal(second, 8, $"another process works on model '{Name}'");
        Assert.Equal((130, "renderfarm: interrupted; what is there is kept, and the same command goes on\n"), (first.ExitCode, first.Error));
        Assert.Equal((0, ""), (third.ExitCode, third.Error));
        IReadOnlyList<HubRequest> requests = _hub.RequestsFor(TinyPipeline.Transformer);
        Assert.Equal((3, null, null), (requests.Count, requests[0].Range, requests[2].Range));
        Assert.InRange(Begin(requests[1]), 1, Part);
        Assert.Single(_hub.RequestsFor("text_encoder/model.safetensors"));
        RequirePulled();
    }

    [Fact]
    public async Task Pull_Shards_BringsThoseOfTheIndex()
    {
        (string first, string second) = TinyPipeline.Shard(_origin);
        await File.WriteAllTextAsync(Path.Combine(_origin, "transformer", "diffusion_pytorch_model.fp16.safetensors"), "another variant", Token);

        CommandResult result = await PullAsync();

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal((1, 1), (_hub.RequestsFor(first).Count, _hub.RequestsFor(second).Count));
        Assert.Empty(_hub.RequestsFor("transformer/diffusion_pytorch_model.fp16.safetensors"));
        RequirePulled();
    }

    [Fact]
    public async Task Pull_ShardIsMissing_NamesItBeforeTheWeights()
    {
        (_, string second) = TinyPipeline.Shard(_origin);
        File.Delete(Path.Combine(_origin, second));

        RequireRefusal(await PullAsync(), 5, $"has no {second}, which");

        Assert.DoesNotContain(_hub.Requests, request => request.Path.EndsWith(".safetensors", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pull_NoPipeline_IsRefused()
    {
        File.Delete(Path.Combine(_origin, "model_index.json"));

        RequireRefusal(await PullAsync(), 5, "is not a pipeline in Diffusers' layout: it has no model_index.json");
        Assert.False(Directory.Exists(Pulled));
    }

    [Fact]
    public async Task Pull_LicenceThatAsksForAcceptance_IsShownOnceAndRecorded()
    {
        await File.WriteAllTextAsync(Path.Combine(_origin, "README.md"), "---\nlicense: other\nlicense_name: studio-terms\n---\n", Token);
        await File.WriteAllTextAsync(Path.Combine(_origin, "LICENSE.txt"), "You may look but not touch.", Token);

        RequireRefusal(await PullAsync(), 2, "licence 'studio-terms' is not accepted: read ");
        Assert.False(Directory.Exists(Pulled));
        Assert.DoesNotContain(_hub.Requests, request => request.Path.EndsWith(".safetensors", StringComparison.Ordinal));

        _hub.TroubleWith(TinyPipeline.Vae, times: 100, _hub.DamageAsync);
        CommandResult accepted = await PullAsync("--accept-licence");
        _hub.TroubleWith(TinyPipeline.Vae, times: 0, _hub.DamageAsync);
        CommandResult goesOn = await PullAsync();

        Assert.Equal(10, accepted.ExitCode);
        Assert.Contains("licence: studio-terms (", accepted.Output, StringComparison.Ordinal);
        Assert.Equal((0, ""), (goesOn.ExitCode, goesOn.Error));
        JsonElement model = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Pulled, "model.json"), Token)).RootElement;
        Assert.Equal("studio-terms", Text(model, "licence"));
        Assert.Equal(JsonValueKind.String, model.GetProperty("registration").GetProperty("licenceAcceptedAt").ValueKind);
    }

    [Fact]
    public async Task Remove_PulledModel_DeletesItsFilesOnlyWhenSure()
    {
        await PullAsync();

        RequireRefusal(await _work.RunAsync("models", "remove", Name), 2, $"in {Pulled} would be deleted: give --yes");
        Assert.True(File.Exists(Path.Combine(Pulled, TinyPipeline.Vae)));
        CommandResult removed = await _work.RunAsync("models", "remove", Name, "--yes");

        Assert.Equal((0, $"{Name} is removed and its files are deleted\n"), (removed.ExitCode, removed.Output));
        Assert.False(Directory.Exists(Pulled));
    }

    public void Dispose()
    {
        _hub.Dispose();
        _work.Dispose();
        Directory.Delete(_origin, recursive: true);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static void RequireRefusal(CommandResult result, int exitCode, string message)
    {
        Assert.Contains(message, Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Equal(exitCode, result.ExitCode);
    }

    private static long Begin(HubRequest request) => RangeHeaderValue.Parse(request.Range!).Ranges.Single().From!.Value;

    private static async Task ShellAsync(string script)
    {
        using Process process = Process.Start("/bin/sh", ["-c", script]);
        await process.WaitForExitAsync(Token);
    }

    private async Task<(int ExitCode, string Error)> RunAsync(params string[] arguments)
    {
        CommandResult result = await _work.RunAsync(arguments);
        return (result.ExitCode, result.Error);
    }

    private Task<CommandResult> PullAsync(params string[] arguments) => _work.RunAsync(["models", "pull", HubServer.Repository, .. arguments]);

    /// <summary>Every pulled file is the origin's, and nothing unfinished is left.</summary>
    private void RequirePulled()
    {
        string[] files = [.. Directory.EnumerateFiles(Pulled, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Pulled, file))];
        Assert.Contains("model.json", files);
        Assert.All(files.Where(file => file != "model.json"), file =>
            Assert.Equal(File.ReadAllBytes(Path.Combine(_origin, file)), File.ReadAllBytes(Path.Combine(Pulled, file))));
    }
}
