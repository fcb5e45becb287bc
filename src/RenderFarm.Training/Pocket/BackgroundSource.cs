using System.Collections.Concurrent;

namespace RenderFarm.Training.Pocket;

/// <summary>Makes a numbered sequence of _items ahead of their use, on one _thread of its own.</summary>
internal sealed class BackgroundSource<T> : IDisposable
{
    private readonly BlockingCollection<T> _items;
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;

    public BackgroundSource(Func<int, T> make, int first, int capacity)
    {
        _items = new BlockingCollection<T>(capacity);
        _thread = new Thread(() =>
        {
            try
            {
                for (int i = first; !_stop.IsCancellationRequested; i++)
                {
                    _items.Add(make(i), _stop.Token);
                }
            }
            catch (OperationCanceledException)
            {
            }
        })
        { IsBackground = true, Name = "training data" };
        _thread.Start();
    }

    public T Take() => _items.Take();

    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        _stop.Dispose();
        _items.Dispose();
    }
}
