namespace RenderFarm.Jobs.Tests;

/// <summary>Lets a test hold the device before a prediction, or make the prediction fail.</summary>
internal sealed class StepGate : IDisposable
{
    private readonly SemaphoreSlim _permits = new(0);
    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _open = true;
    private int _predictions;
    private int _free;

    /// <summary>Completes when the device is held for the first time.</summary>
    public Task Held => _held.Task;

    /// <summary>Predictions so far.</summary>
    public int Predictions => Volatile.Read(ref _predictions);

    /// <summary>What the prediction of this number, from 1, throws; null for nothing.</summary>
    public Func<int, Exception?>? Fault { get; set; }

    /// <summary>Holds the device once it has done so many more predictions.</summary>
    public void HoldAfter(int predictions)
    {
        _free = predictions;
        _open = false;
    }

    /// <summary>Holds nothing any more.</summary>
    public void Open()
    {
        _open = true;
        _permits.Release();
    }

    /// <summary>Lets one held prediction after the other go while a task that waits for the device to end its step is not done.</summary>
    public async Task PassUntilAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            await Task.WhenAny(task, Task.Delay(200));
            if (!task.IsCompleted)
            {
                _permits.Release();
            }
        }

        await task;
    }

    public void Pass()
    {
        if (!_open && Interlocked.Decrement(ref _free) < 0)
        {
            _held.TrySetResult();
            _permits.Wait();
        }

        int prediction = Interlocked.Increment(ref _predictions);
        if (Fault?.Invoke(prediction) is { } fault)
        {
            throw fault;
        }
    }

    public void Dispose() => _permits.Dispose();
}
