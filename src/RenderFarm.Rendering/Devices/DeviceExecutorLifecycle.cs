namespace RenderFarm.Rendering.Devices;

/// <summary>Runs the executor with the silo: it starts before grains do and, on stop, outlives their deactivation.</summary>
internal sealed class DeviceExecutorLifecycle(DeviceExecutor executor) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(DeviceExecutor),
        ServiceLifecycleStage.ApplicationServices,
        _ =>
        {
            executor.Start();
            return Task.CompletedTask;
        },
        async cancellationToken =>
        {
            // The step that runs cannot be broken off; a silo that must stop now does not wait for it.
            Task stopped = Task.Factory.StartNew(executor.Stop, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            await Task.WhenAny(stopped, Task.Delay(Timeout.Infinite, cancellationToken));
        });
}
