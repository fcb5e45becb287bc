using System.Runtime;

namespace RenderFarm.Diffusion.Tensors;

/// <summary>
/// Keeps garbage collections out of tensor arithmetic. TorchSharp makes a scalar object for every number that an operation takes, its
/// own default arguments too, and nothing holds that object once its native handle has been read: a collection at that moment frees
/// the scalar under the native call, which then fails or computes with another number. So a device's step runs inside a pause, and
/// garbage is collected at its beginning.
/// </summary>
public static class CollectionPause
{
    // What all threads together may allocate during one pause; a collection comes all the same when they need more.
    private const long Budget = 192L << 20;

    private static readonly Lock Gate = new();
    private static int s_depth;

    /// <summary>Begins a pause, which ends when the result is disposed; pauses may nest, on one thread or several.</summary>
    public static IDisposable Begin()
    {
        lock (Gate)
        {
            if (s_depth++ == 0)
            {
                GC.TryStartNoGCRegion(Budget);
            }
        }

        return new Ending();
    }

    private sealed class Ending : IDisposable
    {
        public void Dispose()
        {
            lock (Gate)
            {
                // The mode is left by itself when the budget was exceeded.
                if (--s_depth == 0 && GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
                {
                    GC.EndNoGCRegion();
                }
            }
        }
    }
}
