using System.Diagnostics;
using System.Text.Json;
using RenderFarm.Diffusion.Tests;
using RenderFarm.Errors;
using RenderFarm.Media.Films;
using RenderFarm.Media.Quality;
using RenderFarm.Plans;
using RenderFarm.Rendering.Checkpoints;
using RenderFarm.Rendering.Stitching;
using RenderFarm.Rendering.Tests.Segments;
using RenderFarm.Storage;
using static TorchSharp.torch;

namespace RenderFarm.Rendering.Tests.Stitching;

[Collection(nameof(TensorAccounting))]
public sealed class FilmStitcherTests(PocketDevice device) : IAsyncLifetime
{
    private StitchingTestJob _job = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _job = await StitchingTestJob.CreateAsync(device, Token);

    public ValueTask DisposeAsync()
    {
        _job.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(1000)]
    public async Task Run_FinishedWindows_MakesAFilmOfThePlannedFrames(int latentFrames)
    {
        _job.Options.LatentFrames = latentFrames;
        var decoded = new List<int>();
        string hash = await NewStitcher().RunAsync(_job.Assignment, decoded.Add, Token);

        // The last latent frame gives more than the film needs.
        Assert.NotEqual(1, _job.Plan.Frames % 4);
        Assert.Equal(_job.Plan.Frames, await CountFramesAsync(_job.Film));
        FilmInfo info = await FilmInfo.ReadAsync(_job.Film, Token);
        Assert.Equal((_job.Plan.Size, (double)_job.Plan.Fps), (info.Size, info.Fps));
        var report = JsonSerializer.Deserialize<QualityReport>(await File.ReadAllTextAsync(_job.Report, Token), JsonSerializerOptions.Web)!;
        Assert.Equal(_job.Plan.Frames, report.Frames);
        Assert.NotNull(report.SeamRatio);
        Assert.Equal(_job.Reference.Hash, hash);
        Assert.Equal(decoded.Order(), decoded);
        Assert.Equal(_job.Plan.LatentFrames, decoded[^1]);
        _job.RequireEmptyWorkingFolder();
    }

    [Fact]
    public async Task Run_WindowsOfKeyframes_AreNoPartOfTheFilm()
    {
        RenderPlan plan = device.Models.Plan(windows: 3, spec => spec with { Steps = 2, Guidance = 1, Strategy = Jobs.Strategy.Anchored });
        Assert.True(plan.Windows[0].IsKeyframes);
        await using (var ring = new WorkerRing(plan, device.Executor, _job.Store))
        {
            await ring.RunAsync(Token);
        }

        int decoded = 0;
        string hash = await NewStitcher().RunAsync(_job.Assignment with { Plan = plan }, done => decoded = done, Token);
        Assert.Equal((await Reference.OfAsync(device.Executor, plan, Token)).Hash, hash);
        Assert.Equal(plan.LatentFrames, decoded);
        Assert.Equal(plan.Frames, await CountFramesAsync(_job.Film));
        Assert.Equal(WindowBorders.Frames(_job.Plan, 4), WindowBorders.Frames(plan, 4));
        Assert.Equal(WindowBorders.Period(_job.Plan, 4), WindowBorders.Period(plan, 4));
    }

    [Fact]
    public async Task Run_Again_MakesTheSameFilm()
    {
        await NewStitcher().RunAsync(_job.Assignment, _ => { }, Token);
        byte[] film = await File.ReadAllBytesAsync(_job.Film, Token);
        await NewStitcher().RunAsync(_job.Assignment, _ => { }, Token);
        Assert.Equal(film, await File.ReadAllBytesAsync(_job.Film, Token));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Run_WindowDamaged_IsCorruptArtifactAndLeavesNoFilm(int window)
    {
        byte[] content = await File.ReadAllBytesAsync(_job.LatentsFile(window), Token);
        content[^5] ^= 1;
        await File.WriteAllBytesAsync(_job.LatentsFile(window), content, Token);
        await RequireCorruptAsync();
    }

    [Fact]
    public async Task Run_WindowMissing_IsCorruptArtifactAndLeavesNoFilm()
    {
        File.Delete(_job.LatentsFile(2));
        await RequireCorruptAsync();
    }

    [Fact]
    public async Task Run_WindowsDifferOnTheirOverlap_IsCorruptArtifactAndLeavesNoFilm()
    {
        PlannedWindow window = _job.Plan.Windows[1];
        using (Tensor other = zeros(_job.Plan.LatentChannels, window.Length, _job.Plan.LatentHeight, _job.Plan.LatentWidth))
        {
            byte[] content = SegmentCheckpoint.ToBytes(
                _job.Plan.Steps, other, new Dictionary<string, Tensor>(), new Dictionary<string, Tensor>(), PlanFingerprint.Of(_job.Plan));
            await File.WriteAllBytesAsync(_job.LatentsFile(1), Seal.Close(content), Token);
        }

        await RequireCorruptAsync();
    }

    [Fact]
    public async Task Run_CancelledMidway_LeavesNoFilm()
    {
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => NewStitcher().RunAsync(
            _job.Assignment,
            decoded =>
            {
                if (decoded > 6)
                {
                    cancel.Cancel();
                }
            },
            cancel.Token));
        _job.RequireNoFilm();
    }

    private static async Task<int> CountFramesAsync(string film)
    {
        var start = new ProcessStartInfo(
            "ffprobe", ["-v", "error", "-count_frames", "-select_streams", "v:0", "-show_entries", "stream=nb_read_frames", "-of", "csv=p=0", film])
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        return int.Parse(await process.StandardOutput.ReadToEndAsync(Token), System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task RequireCorruptAsync()
    {
        RenderFarmException fault = await Assert.ThrowsAsync<RenderFarmException>(() => NewStitcher().RunAsync(_job.Assignment, _ => { }, Token));
        Assert.Equal(ErrorCodes.CorruptArtifact, fault.Code);
        _job.RequireNoFilm();
    }

    private FilmStitcher NewStitcher() => new(device.Executor, _job.Store, _job.Options);
}
