using System.Diagnostics;
using System.Text.Json;
using RenderFarm.Diffusion.Tensors;
using static TorchSharp.torch;

namespace RenderFarm.Cli.Tests.Models;

public sealed class ModelsTests : IDisposable
{
    private readonly Workplace _work = new();

    private string Folder => _work.Path("tiny");

    [Fact]
    public async Task List_Anew_HasTheProgramsOwnAndMakesNoHome()
    {
        CommandResult result = await _work.RunAsync("models", "list");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("pocket", result.Output, StringComparison.Ordinal);
        Assert.Contains("256x160", result.Output, StringComparison.Ordinal);
        Assert.Contains("29 frames", result.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_work.Home));
    }

    [Fact]
    public async Task List_NoModels_SaysHowToGetOne()
    {
        CommandResult result = await _work.RunAsync("models", "list", "--models", _work.Folder);

        Assert.Equal("no models yet: 'renderfarm models import DIR' registers a folder, 'renderfarm models pull REPO' fetches one\n", result.Output);
    }

    [Fact]
    public async Task Import_Pipeline_IsRegisteredWhereItLies()
    {
        TinyPipeline.CopyTo(Folder);

        CommandResult result = await _work.RunAsync("models", "import", "tiny/");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("licence: Apache-2.0\n", result.Output, StringComparison.Ordinal);
        Assert.Contains($" in {Folder}; nothing is copied\n", result.Output, StringComparison.Ordinal);
        Assert.Equal(["model.json"], Directory.GetFiles(Path.Combine(_work.Home, "models", "tiny")).Select(Path.GetFileName));
        CommandResult list = await _work.RunAsync("models", "list", "--json");
        JsonElement model = Assert.Single(list.Events, model => model.GetProperty("name").GetString() == "tiny");
        Assert.Equal((Folder, "imported"), (model.GetProperty("folder").GetString(), model.GetProperty("origin").GetString()));
        Assert.Equal(0, (await _work.RunAsync("plan", "a ball", "--model", "tiny", "--seconds", "5")).ExitCode);
    }

    [Fact]
    public async Task Import_Again_DoesNothingAndSaysSo()
    {
        TinyPipeline.CopyTo(Folder);
        await _work.RunAsync("models", "import", "tiny", "--name", "first");
        string record = await File.ReadAllTextAsync(Path.Combine(_work.Home, "models", "first", "model.json"), Token);

        CommandResult again = await _work.RunAsync("models", "import", Folder);

        Assert.Equal((0, $"first is registered already, with these very files in {Folder}\n"), (again.ExitCode, again.Output));
        Assert.Equal(record, await File.ReadAllTextAsync(Path.Combine(_work.Home, "models", "first", "model.json"), Token));
    }

    [Fact]
    public async Task Import_FilesThatWereChanged_RenewsTheRecord()
    {
        TinyPipeline.CopyTo(Folder);
        await _work.RunAsync("models", "import", "tiny");
        await File.AppendAllTextAsync(Path.Combine(Folder, "vae", "config.json"), "\n", Token);
        CommandResult damaged = await _work.RunAsync("models", "verify", "tiny");

        CommandResult again = await _work.RunAsync("models", "import", "tiny");

        Assert.Equal(5, damaged.ExitCode);
        Assert.Contains("tiny is imported: ", again.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await _work.RunAsync("models", "verify", "tiny")).ExitCode);
    }

    [Fact]
    public async Task Import_NameOfAnother_IsRefused()
    {
        TinyPipeline.CopyTo(Folder);
        string other = TinyPipeline.CopyTo(_work.Path("other"));
        await _work.RunAsync("models", "import", "tiny");

        RequireRefusal(await _work.RunAsync("models", "import", "other", "--name", "tiny"), 2, $"name 'tiny' is taken by the model in {Folder}");
        RequireRefusal(await _work.RunAsync("models", "import", "other", "--name", "pocket"), 2, "name 'pocket' is taken by the model in");
        RequireRefusal(await _work.RunAsync("models", "import", "other", "--name", "../x"), 2, "name '../x' is not allowed: 1 to 64 of a-z, 0-9");
        Assert.Equal(0, (await _work.RunAsync("models", "import", other)).ExitCode);
    }

    [Fact]
    public async Task Import_UnknownLicence_MustBeAcceptedAndIsRecorded()
    {
        TinyPipeline.CopyTo(Folder, licence: null);

        RequireRefusal(await _work.RunAsync("models", "import", "tiny"), 2, "licence 'unknown' is not accepted: read the model's page, then give --accept-licence");
        Assert.False(Directory.Exists(Path.Combine(_work.Home, "models", "tiny")));
        CommandResult accepted = await _work.RunAsync("models", "import", "tiny", "--accept-licence");

        Assert.Contains("licence: unknown, accepted by --accept-licence\n", accepted.Output, StringComparison.Ordinal);
        JsonElement record = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_work.Home, "models", "tiny", "model.json"), Token)).RootElement;
        Assert.True(record.GetProperty("registration").GetProperty("licenceAcceptedAt").TryGetDateTimeOffset(out DateTimeOffset when));
        Assert.InRange(DateTimeOffset.UtcNow - when, TimeSpan.Zero, TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task Render_FolderByPath_MakesAFilmAndLearnsItsRate()
    {
        string pocket = Path.Combine(Workplace.Models, "pocket");
        File.CreateSymbolicLink(_work.Path("link"), pocket);

        CommandResult result = await _work.RunAsync("render", "a red ball", "--seconds", "1", "--steps", "1", "--seed", "3", "--model", "link", "-o", "a.mp4", "--json");

        result.Completed();
        Assert.Single(Directory.GetFiles(Path.Combine(_work.Home, "rates")));
        CommandResult plan = await _work.RunAsync("plan", "a red ball", "--seconds", "1", "--model", "./link");
        Assert.Contains("as measured by jobs on this machine", plan.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_Pocket_IsPlannedUnderItsNewName()
    {
        CommandResult imported = await _work.RunAsync("models", "import", Path.Combine(Workplace.Models, "pocket"), "--name", "puck");
        CommandResult plan = await _work.RunAsync("plan", "a red kangaroo", "--seconds", "1", "--model", "puck");

        Assert.Equal((0, ""), (imported.ExitCode, imported.Error));
        Assert.Contains("puck has no kangaroo", plan.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_TextEncoderInHalfPrecision_SaysThatItIsUpCast()
    {
        TinyPipeline.CopyTo(Folder);
        string path = Path.Combine(Folder, "text_encoder", "model.safetensors");
        using (NewDisposeScope())
        {
            Dictionary<string, Tensor> halves;
            using (var file = SafetensorsFile.Open(path))
            {
                halves = file.Names.ToDictionary(name => name, name => file.Read(name).to(ScalarType.Float16));
            }

            SafetensorsWriter.Write(path, halves);
        }

        CommandResult result = await _work.RunAsync("models", "import", "tiny");

        Assert.Contains("note: text_encoder is stored in float16", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("import")]
    [InlineData("verify")]
    [InlineData("render")]
    [InlineData("plan")]
    public async Task Command_FolderThatIsNoModel_IsRefused(string command)
    {
        Directory.CreateDirectory(Folder);
        string[] arguments = command is "import" or "verify" ? ["models", command, "tiny"] : [command, "a ball", "--model", "tiny"];

        RequireRefusal(await _work.RunAsync(arguments), 5, $"{Folder} is not a model: it has neither model.json nor model_index.json");
        Directory.Delete(Folder);
        RequireRefusal(await _work.RunAsync([.. arguments[..^1], "./tiny"]), 2, $"model folder {Folder} does not exist");
        Assert.False(Directory.Exists(_work.Home));
    }

    [Theory]
    [InlineData("{", "model_index.json")]
    [InlineData("{\"_class_name\": \"StableDiffusionPipeline\"}", "StableDiffusionPipeline")]
    public async Task Import_IndexOfAnotherPipeline_IsRefused(string index, string message)
    {
        TinyPipeline.CopyTo(Folder);
        await File.WriteAllTextAsync(Path.Combine(Folder, "model_index.json"), index, Token);

        RequireRefusal(await _work.RunAsync("models", "import", "tiny"), 5, message);
    }

    [Theory]
    [InlineData("import")]
    [InlineData("render")]
    public async Task Command_MissingShard_IsRefused(string command)
    {
        TinyPipeline.CopyTo(Folder);
        (_, string second) = TinyPipeline.Shard(Folder);
        File.Delete(Path.Combine(Folder, second));

        RequireRefusal(await _work.RunAsync(command == "import" ? ["models", "import", "tiny"] : ["render", "a ball", "--model", "tiny"]), 5, Path.GetFileName(second));
    }

    [Fact]
    public async Task Import_TruncatedWeights_AreRefused()
    {
        TinyPipeline.CopyTo(Folder);
        using (FileStream weights = File.OpenWrite(Path.Combine(Folder, TinyPipeline.Vae)))
        {
            weights.SetLength(weights.Length - 1);
        }

        RequireRefusal(await _work.RunAsync("models", "import", "tiny"), 5, "it is truncated");
    }

    [Fact]
    public async Task Command_FileThatDiffersFromTheRecord_IsNamed()
    {
        TinyPipeline.CopyTo(Folder);
        await _work.RunAsync("models", "import", "tiny");
        TinyPipeline.Damage(Path.Combine(Folder, TinyPipeline.Transformer));
        File.Delete(Path.Combine(Folder, "scheduler", "scheduler_config.json"));

        CommandResult verified = await _work.RunAsync("models", "verify", "tiny");

        RequireRefusal(verified, 5, $"{Path.Combine(Folder, TinyPipeline.Transformer)} is damaged or truncated: its SHA-256 is");
        Assert.Contains("scheduler_config.json cannot be read", verified.Error, StringComparison.Ordinal);
        RequireRefusal(await _work.RunAsync("render", "a ball", "--model", "tiny", "--seconds", "5"), 5, "scheduler_config.json cannot be read");
    }

    [Fact]
    public async Task Verify_AsJson_SaysEachFile()
    {
        TinyPipeline.CopyTo(Folder);
        await _work.RunAsync("models", "import", "tiny");
        TinyPipeline.Damage(Path.Combine(Folder, TinyPipeline.Vae));

        CommandResult result = await _work.RunAsync("models", "verify", "tiny", "--json");

        JsonElement other = Assert.Single(result.Events, file => !file.GetProperty("same").GetBoolean());
        Assert.Equal((5, TinyPipeline.Vae), (result.ExitCode, other.GetProperty("file").GetString()));
        Assert.Equal("invalid_model", JsonDocument.Parse(result.Error).RootElement.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Verify_FolderWithoutARecord_SaysThatItHasNone()
    {
        TinyPipeline.CopyTo(Folder);

        CommandResult result = await _work.RunAsync("models", "verify", "tiny");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("there is no record of its files", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Remove_ImportedModel_LeavesItsFiles()
    {
        TinyPipeline.CopyTo(Folder);
        await _work.RunAsync("models", "import", "tiny");

        CommandResult result = await _work.RunAsync("models", "remove", "tiny");

        Assert.Equal((0, "tiny is removed; its files stay where they are\n"), (result.ExitCode, result.Output));
        Assert.True(File.Exists(Path.Combine(Folder, TinyPipeline.Vae)));
        RequireRefusal(await _work.RunAsync("models", "remove", "tiny"), 2, "model 'tiny' is not known: there is pocket");
    }

    [Fact]
    public async Task Remove_ProgramsOwn_IsRefused() =>
        RequireRefusal(await _work.RunAsync("models", "remove", "pocket", "--yes"), 2, "model 'pocket' is not registered but in");

    [Fact]
    public async Task Remove_ModelOfAnUnfinishedJob_IsRefused()
    {
        await _work.RunAsync("models", "import", Path.Combine(Workplace.Models, "pocket"), "--name", "puck");
        Process render = _work.Start("render", "a red ball", "--seconds", "60", "--model", "puck", "-o", "film.mp4");
        string jobId = (await Workplace.UntilAsync(render, "job "))["job ".Length..];

        RequireRefusal(await _work.RunAsync("models", "remove", "puck"), 2, $"model 'puck' is in use by job {jobId}");
    }

    [Fact]
    public async Task List_BrokenRecord_IsSaidBesideTheOthers()
    {
        TinyPipeline.CopyTo(Folder);
        await _work.RunAsync("models", "import", "tiny");
        await File.WriteAllTextAsync(Path.Combine(_work.Home, "models", "tiny", "model.json"), "{", Token);

        CommandResult list = await _work.RunAsync("models", "list");
        CommandResult again = await _work.RunAsync("models", "import", "tiny", "--name", "other");
        CommandResult removed = await _work.RunAsync("models", "remove", "tiny", "--yes");

        Assert.Equal(0, list.ExitCode);
        Assert.Contains("pocket", list.Output, StringComparison.Ordinal);
        Assert.Contains("tiny cannot be used: ", list.Output, StringComparison.Ordinal);
        Assert.Equal(0, again.ExitCode);
        Assert.Equal(0, removed.ExitCode);
        Assert.True(File.Exists(Path.Combine(Folder, TinyPipeline.Vae)));
    }

    public void Dispose() => _work.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static void RequireRefusal(CommandResult result, int exitCode, string message)
    {
        Assert.Contains(message, Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Equal(exitCode, result.ExitCode);
    }
}
