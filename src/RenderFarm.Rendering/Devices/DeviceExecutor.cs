using Microsoft.Extensions.Options;
using RenderFarm.Errors;
using TorchSharp;

namespace RenderFarm.Rendering.Devices;

/// <summary>
/// One device's dedicated thread and its queue of steps. It owns the models and every tensor on the device: all that touches one
/// runs here, one step at a time, in the order of <see cref="StepOrder"/>.
/// </summary>
public sealed class DeviceExecutor : IDisposable
{
    private readonly DeviceOptions _options;
    private readonly IModelLoader _loader;
    private readonly PriorityQueue<QueuedStep, (StepOrder Order, long Arrival)> _queue = new();
    private readonly SemaphoreSlim _places;
    private readonly Thread _thread;
    private readonly object _gate = new();
    private long _arrivals;
    private bool _started;
    private bool _stopping;

    public DeviceExecutor(IModelLoader loader, IOptions<DeviceOptions> options)
    {
        _loader = loader;
        _options = options.Value;
        _places = new SemaphoreSlim(_options.QueueLength);
        _thread = new Thread(Loop) { IsBackground = true, Name = $"device {_options.Device}" };
    }

    /// <summary>Begins to run steps; those queued before wait for it. Again does nothing.</summary>
    public void Start()
    {
        lock (_gate)
        {
            if (!_started && !_stopping)
            {
                _started = true;
                _thread.Start();
            }
        }
    }

    /// <summary>
    /// Runs work on the device's thread inside a dispose scope: tensors that shall live on must be detached from it.
    /// </summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.DeviceFailed"/> when memory ran out; or what the work threw.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before it began, or the executor stopped.</exception>
    public async Task<T> RunAsync<T>(StepOrder order, Func<IModelSet, T> work, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        var step = new QueuedStep<T>(work, cancellationToken);
        lock (_gate)
        {
            if (_stopping)
            {
                _places.Release();
                throw new OperationCanceledException($"device {_options.Device} has stopped");
            }

            _queue.Enqueue(step, (order, _arrivals++));
            Monitor.Pulse(_gate);
        }

        return await step.Completion;
    }

    /// <summary>Lets the step that runs end, cancels those that wait and frees the models.</summary>
    public void Stop()
    {
        bool running;
        lock (_gate)
        {
            _stopping = true;
            running = _started;
            while (_queue.TryDequeue(out QueuedStep? step, out _))
            {
                step.Abandon();

                // Those that wait for a place hear by it that there is none any more.
                _places.Release();
            }

            Monitor.Pulse(_gate);
        }

        if (running && Thread.CurrentThread != _thread)
        {
            _thread.Join();
        }
    }

    // The semaphore is left to the collector: to dispose it would let those that wait for a place wait for ever.
    public void Dispose() => Stop();

    private void Loop()
    {
        // OpenMP keeps the thread count per calling thread, so it is set on this one.
        torch.set_num_threads(_options.Threads);
        using IDisposable gradients = torch.no_grad();
        using var models = new ModelSet(_loader, torch.device(_options.Device), _options.Models);
        while (Next() is { } step)
        {
            step.Run(models);
            _places.Release();
        }
    }

    private QueuedStep? Next()
    {
        lock (_gate)
        {
            QueuedStep? step;
            while (!_queue.TryDequeue(out step, out _))
            {
                if (_stopping)
                {
                    return null;
                }

                Monitor.Wait(_gate);
            }

            return step;
        }
    }
}
