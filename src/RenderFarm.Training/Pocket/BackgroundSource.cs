using System.Collections.Concurrent;

namespace RenderFarm.Training.Pocket;

/// <summary>Makes a numbered sequence of items ahead of their use, on one thread of its own.</summary>
internal sealed class BackgroundSource<T> : IDisposable
{
    private readonly BlockingCollection<T> items;
    private readonly CancellationTokenSource stop = new();
    private readonly Thread thread;

    public BackgroundSource(Func<int, T> make, int first, int capacity)
    {
        items = new BlockingCollection<T>(capacity);
        thread = new Thread(() =>
        {
            try
            {
                for (int i = first; !stop.IsCancellationRequested; i++)
                {
                    items.Add(make(i), stop.Token);
                }
            }
            catch (OperationCanceledException)
            {
            }
        })
        { IsBackground = true, Name = "training data" };
        thread.Start();
    }

    public T Take() => items.Take();

    public void Dispose()
    {
        stop.Cancel();
        thread.Join();
        stop.Dispose();
        items.Dispose();
    }
}
