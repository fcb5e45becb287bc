using System.Runtime.InteropServices;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Errors;
using TorchSharp;

namespace RenderFarm.Rendering.Devices;

/// <summary>Work with a result, and the promise of it.</summary>
internal sealed class QueuedStep<T>(Func<IModelSet, T> work, CancellationToken cancellationToken) : QueuedStep
{
    // Awaiters go on elsewhere: the device's thread is for the device.
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Completion => _completion.Task;

    public override void Run(IModelSet models)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            _completion.TrySetCanceled(cancellationToken);
            return;
        }

        try
        {
            T result;
            using (CollectionPause.Begin())
            using (torch.NewDisposeScope())
            {
                result = work(models);
            }

            _completion.TrySetResult(result);
        }
        catch (Exception exception) when (IsOutOfMemory(exception))
        {
            _completion.TrySetException(new RenderFarmException(
                ErrorCodes.DeviceFailed, "the device ran out of memory; ask for a smaller size or a shorter window", exception));
        }
        catch (Exception exception)
        {
            _completion.TrySetException(exception);
        }
    }

    public override void Abandon() => _completion.TrySetCanceled(CancellationToken.None);

    /// <summary>libtorch tells it only in words: "CUDA out of memory", "DefaultCPUAllocator: can't allocate memory".</summary>
    private static bool IsOutOfMemory(Exception exception) =>
        exception is OutOfMemoryException
        || (exception is ExternalException
            && (exception.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
                || exception.Message.Contains("allocate memory", StringComparison.OrdinalIgnoreCase)));
}
