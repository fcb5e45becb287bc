using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using RenderFarm.Diffusion.Tests;
using RenderFarm.Errors;
using RenderFarm.Rendering.Devices;
using static TorchSharp.torch;

namespace RenderFarm.Rendering.Tests.Devices;

[Collection(nameof(TensorAccounting))]
public sealed class DeviceExecutorTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly DeviceExecutor _executor = NewExecutor(queueLength: 100);
    private readonly ConcurrentQueue<string> _ran = new();
    private readonly ManualResetEventSlim _gate = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _gate.Set();
        _executor.Dispose();
        _gate.Dispose();
    }

    [Fact]
    public async Task RunAsync_ManyWaiting_GoByPriorityThenStepThenAgeThenIndexThenArrival()
    {
        (string Name, StepOrder Order)[] expected =
        [
            ("urgent", new StepOrder(5, 90, Noon, 9)),
            ("behind", new StepOrder(0, 1, Noon.AddHours(1), 3)),
            ("old", new StepOrder(0, 2, Noon.AddHours(-1), 3)),
            ("first window", new StepOrder(0, 2, Noon, 0)),
            ("second window", new StepOrder(0, 2, Noon, 1)),
            ("second window again", new StepOrder(0, 2, Noon, 1)),
            ("ahead", new StepOrder(0, 3, Noon.AddHours(-1), 0)),
            ("idle", new StepOrder(-5, 0, Noon.AddHours(-1), 0)),
        ];
        int[] arrival = [7, 3, 4, 6, 5, 1, 2, 0];
        Task[] waiting = [.. arrival.Select(i => _executor.RunAsync(expected[i].Order, _ => Note(expected[i].Name), Token))];
        _executor.Start();
        await Task.WhenAll(waiting);
        Assert.Equal(expected.Select(step => step.Name), _ran);
    }

    [Fact]
    public async Task RunAsync_CancelledWhileItWaits_IsNotRun()
    {
        using var cancel = new CancellationTokenSource();
        Task first = _executor.RunAsync(default, _ => Hold("first"), Token);
        _executor.Start();
        Task second = _executor.RunAsync(default, _ => Note("second"), cancel.Token);
        Task third = _executor.RunAsync(default, _ => Note("third"), Token);
        await cancel.CancelAsync();
        _gate.Set();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await Task.WhenAll(first, third);
        Assert.Equal(["first", "third"], _ran);
    }

    [Fact]
    public async Task RunAsync_WorkThrows_IsTheAskersAndTheThreadLives()
    {
        _executor.Start();
        int before = await _executor.RunAsync(default, _ => Environment.CurrentManagedThreadId, Token);
        FormatException fault = await Assert.ThrowsAsync<FormatException>(
            () => _executor.RunAsync<int>(default, _ => throw new FormatException("mine"), Token));
        Assert.Equal("mine", fault.Message);
        Assert.Equal(before, await _executor.RunAsync(default, _ => Environment.CurrentManagedThreadId, Token));
    }

    [Fact]
    public async Task RunAsync_MoreMemoryThanThereIs_IsDeviceFailed()
    {
        _executor.Start();
        RenderFarmException fault = await Assert.ThrowsAsync<RenderFarmException>(
            () => _executor.RunAsync(default, _ => empty(1L << 55).numel(), Token));
        Assert.Equal(ErrorCodes.DeviceFailed, fault.Code);
        Assert.IsType<ExternalException>(fault.InnerException, exactMatch: false);
        Assert.Equal(3, await _executor.RunAsync(default, _ => ones(3).sum().item<float>(), Token));
    }

    [Fact]
    public async Task RunAsync_OperationOnWrongShapes_KeepsItsOwnError()
    {
        _executor.Start();
        ExternalException fault = await Assert.ThrowsAnyAsync<ExternalException>(
            () => _executor.RunAsync(default, _ => (ones(3) + ones(4)).numel(), Token));
        Assert.Contains("size", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_TensorsThatNobodyDetached_AreDisposed()
    {
        _executor.Start();
        Tensor[] tensors = await _executor.RunAsync<Tensor[]>(default, _ => [ones(3), ones(3).DetachFromDisposeScope()], Token);
        Assert.Equal([true, false], tensors.Select(tensor => tensor.IsInvalid));
        tensors[1].Dispose();
    }

    [Fact]
    public async Task Stop_WhileAStepRuns_LetsItEndAndCancelsTheOthers()
    {
        using var running = new ManualResetEventSlim();
        Task<int> first = _executor.RunAsync(default, _ =>
        {
            running.Set();
            return Hold("first");
        }, Token);
        _executor.Start();
        running.Wait(Token);
        Task second = _executor.RunAsync(default, _ => Note("second"), Token);
        Task stop = Task.Factory.StartNew(_executor.Stop, Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.False(first.IsCompleted);
        Assert.False(stop.IsCompleted);
        _gate.Set();
        await stop;
        Assert.Equal(1, await first);
        Assert.Equal(["first"], _ran);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _executor.RunAsync(default, _ => Note("late"), Token));
    }

    [Fact]
    public async Task RunAsync_QueueIsFull_WaitsToBeQueued()
    {
        using DeviceExecutor executor = NewExecutor(queueLength: 2);
        Task first = executor.RunAsync(new StepOrder(0, 1, Noon, 0), _ => Note("first"), Token);
        Task second = executor.RunAsync(new StepOrder(0, 2, Noon, 0), _ => Note("second"), Token);
        Task urgent = executor.RunAsync(new StepOrder(9, 0, Noon, 0), _ => Note("urgent"), Token);
        executor.Start();
        await Task.WhenAll(first, second, urgent);

        // Had it been queued at once, it would have gone first.
        Assert.Equal("first", _ran.First());
        Assert.Equal(3, _ran.Count);
    }

    [Fact]
    public async Task Dispose_WhileSomeWaitToBeQueued_CancelsAll()
    {
        DeviceExecutor executor = NewExecutor(queueLength: 1);
        Task[] waiting = [.. Enumerable.Range(0, 5).Select(_ => executor.RunAsync(default, _ => Note("none"), Token))];
        executor.Dispose();
        foreach (Task task in waiting)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task.WaitAsync(TimeSpan.FromSeconds(30), Token));
        }

        Assert.Empty(_ran);
    }

    private static DeviceExecutor NewExecutor(int queueLength) =>
        new(new NoModels(), Options.Create(new DeviceOptions { Threads = 1, QueueLength = queueLength }));

    private int Note(string name)
    {
        _ran.Enqueue(name);
        return _ran.Count;
    }

    private int Hold(string name)
    {
        _gate.Wait(Token);
        return Note(name);
    }
}
