using Orleans.Storage;
using RenderFarm.Errors;
using RenderFarm.Jobs.State;
using RenderFarm.Plans;
using RenderFarm.Storage;

namespace RenderFarm.Jobs.Tests.State;

public sealed class ArtifactGrainStorageTests : IDisposable
{
    private const string StateName = "counter";

    private static readonly GrainId Grain = GrainId.Create("counter", "a/b c");

    private readonly string _folder = Directory.CreateTempSubdirectory("renderfarm-state-").FullName;
    private readonly ArtifactGrainStorage _storage;

    public ArtifactGrainStorageTests() => _storage = new ArtifactGrainStorage(new FolderArtifactStore(_folder));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task ReadState_NothingWritten_IsANewState()
    {
        GrainState<Counter> state = await ReadAsync();
        Assert.Equal((new Counter(), null, false), (state.State, state.ETag, state.RecordExists));
    }

    [Fact]
    public async Task WriteState_ThenRead_IsTheSameAlsoInAnotherProcess()
    {
        var written = new GrainState<Counter>(new Counter { Value = 3 });
        await _storage.WriteStateAsync(StateName, Grain, written);
        Assert.True(written.RecordExists);
        var other = new ArtifactGrainStorage(new FolderArtifactStore(_folder));
        var read = new GrainState<Counter>();
        await other.ReadStateAsync(StateName, Grain, read);
        Assert.Equal((new Counter { Value = 3 }, written.ETag, true), (read.State, read.ETag, read.RecordExists));

        // What is another grain's or another state's is not it.
        var others = new GrainState<Counter>();
        await other.ReadStateAsync("another", Grain, others);
        Assert.False(others.RecordExists);
        await other.ReadStateAsync(StateName, GrainId.Create("counter", "a"), others);
        Assert.False(others.RecordExists);
    }

    [Fact]
    public async Task WriteState_OfAJob_KeepsAllOfIt()
    {
        var plan = new RenderPlan
        {
            Model = "pocket",
            Size = new FrameSize(192, 112),
            Fps = 8,
            Frames = 1,
            LatentFrames = 1,
            LatentChannels = 32,
            LatentHeight = 7,
            LatentWidth = 12,
            Steps = 3,
            Guidance = 1.1,
            Sampler = SamplerKind.UniPC,
            Shift = 0.1,
            Strategy = Strategy.Relay,
            Blend = Blend.Cut,
            Seed = long.MaxValue,
            NegativeCaption = "ü",
            Windows = [new PlannedWindow { Index = 0, Start = 0, Length = 1, OverlapBefore = 0, OverlapAfter = 0, Shot = 0, Caption = "a" }],
        };
        var record = new RenderJobRecord
        {
            Submitted = new JobSpec { Prompt = "p", Size = new FrameSize(3, 4) },
            Spec = new JobSpec { Prompt = "p", Size = new FrameSize(3, 4), Seed = 9 },
            State = JobState.Stitching,
            SubmittedAt = DateTimeOffset.UnixEpoch.AddTicks(1),
            Plan = plan,
        };
        await _storage.WriteStateAsync(StateName, Grain, new GrainState<RenderJobRecord>(record));
        var read = new GrainState<RenderJobRecord>();
        await _storage.ReadStateAsync(StateName, Grain, read);
        Assert.Equal(plan.Windows, read.State!.Plan!.Windows);
        Assert.Equal(record, read.State with { Plan = plan });
        Assert.Equal(plan, read.State!.Plan with { Windows = plan.Windows });
    }

    [Fact]
    public async Task WriteState_ChangedByAnother_IsInconsistentState()
    {
        GrainState<Counter> first = await ReadAsync();
        GrainState<Counter> second = await ReadAsync();
        first.State = new Counter { Value = 1 };
        await _storage.WriteStateAsync(StateName, Grain, first);
        second.State = new Counter { Value = 2 };
        await Assert.ThrowsAsync<InconsistentStateException>(() => _storage.WriteStateAsync(StateName, Grain, second));
        await Assert.ThrowsAsync<InconsistentStateException>(() => _storage.ClearStateAsync(StateName, Grain, second));
        Assert.Equal(1, (await ReadAsync()).State!.Value);

        first.State = new Counter { Value = 3 };
        await _storage.WriteStateAsync(StateName, Grain, first);
        Assert.Equal(3, (await ReadAsync()).State!.Value);
    }

    [Fact]
    public async Task WriteState_ManyAtOnceFromOneState_OnlyOneWins()
    {
        GrainState<Counter>[] states = [.. await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => ReadAsync()))];
        int lost = 0;
        await Task.WhenAll(states.Select(state => Task.Run(async () =>
        {
            try
            {
                await _storage.WriteStateAsync(StateName, Grain, state);
            }
            catch (InconsistentStateException)
            {
                Interlocked.Increment(ref lost);
            }
        }, TestContext.Current.CancellationToken)));
        Assert.Equal(9, lost);
    }

    [Fact]
    public async Task ClearState_Written_IsGone()
    {
        var state = new GrainState<Counter>(new Counter { Value = 3 });
        await _storage.WriteStateAsync(StateName, Grain, state);
        await _storage.ClearStateAsync(StateName, Grain, state);
        Assert.Equal((new Counter(), null, false), (state.State, state.ETag, state.RecordExists));
        Assert.False((await ReadAsync()).RecordExists);
        Assert.Empty(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ReadState_FileDamaged_IsCorruptArtifactThatNamesIt(bool truncated)
    {
        await _storage.WriteStateAsync(StateName, Grain, new GrainState<Counter>(new Counter { Value = 3 }));
        string file = Assert.Single(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories));
        byte[] content = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        content[^3] ^= 1;
        await File.WriteAllBytesAsync(file, truncated ? content[..10] : content, TestContext.Current.CancellationToken);
        RenderFarmException fault = await Assert.ThrowsAsync<RenderFarmException>(ReadAsync);
        Assert.Equal(ErrorCodes.CorruptArtifact, fault.Code);
        Assert.Contains("state/counter/", fault.Message, StringComparison.Ordinal);
    }

    private async Task<GrainState<Counter>> ReadAsync()
    {
        var state = new GrainState<Counter>();
        await _storage.ReadStateAsync(StateName, Grain, state);
        return state;
    }
}
