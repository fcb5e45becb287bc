using RenderFarm.Diffusion.Tests;
using RenderFarm.Rendering.PromptExpansion;
using RenderFarm.Rendering.Tests;
using RenderFarm.Storage;
using RenderFarm.Storyboards;

namespace RenderFarm.Jobs.Tests;

/// <summary>What every test of a farm needs: a folder, a gate before the device and a small job.</summary>
[Collection(nameof(TensorAccounting))]
public abstract class FarmTest : IDisposable
{
    private static string? s_undisturbed;

    private readonly LoadedPocket _pocket;

    private protected FarmTest(LoadedPocket pocket)
    {
        _pocket = pocket;
        Store = new HookedStore(new FolderArtifactStore(Path.Combine(Folder, "store")));
    }

    /// <summary>Predictions of <see cref="Spec"/>: two windows of six steps.</summary>
    protected const int Predictions = 12;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected string Folder { get; } = Directory.CreateTempSubdirectory("renderfarm-jobs-").FullName;

    private protected StepGate Gate { get; } = new();

    private protected HookedStore Store { get; }

    protected static JobSpec Spec { get; } = new()
    {
        Storyboard = new Storyboard
        {
            Shots =
            [
                new Shot { Caption = "a red ball bounces, beach, sunset, clear" }, new Shot { Caption = "a blue car rolls, city, night, rain" },
            ],
        },
        Model = PocketFolder.Model,
        Seed = 5,
        Seconds = 4,
        Steps = 6,
        Guidance = 1,
    };

    public void Dispose()
    {
        Gate.Open();
        Gate.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    protected string FileOf(string artifact) => Path.Combine(Folder, "store", artifact);

    private protected Task<TestFarm> StartAsync(
        Action<JobOptions>? configure = null, Action<PromptExpansionOptions>? configureExpansion = null) =>
        TestFarm.StartAsync(_pocket, Gate, Store, Path.Combine(Folder, "working"), configure, configureExpansion);

    /// <summary>The latents' hash of a job of <see cref="Spec"/> that nobody disturbs.</summary>
    private protected static async Task<string> UndisturbedAsync(TestFarm farm) => s_undisturbed ??= await RunUndisturbedAsync(farm);

    /// <summary>The same of a new job in this farm.</summary>
    private protected static async Task<string> RunUndisturbedAsync(TestFarm farm)
    {
        await farm.Job("undisturbed").Submit(Spec);
        return (await farm.UntilAsync("undisturbed", JobState.Completed, Token)).LatentsHash!;
    }
}
