using RenderFarm.Rendering.Checkpoints;

namespace RenderFarm.Rendering.Segments;

/// <summary>The halos that a segment offers from memory, and those who wait for the next. Thread-safe.</summary>
internal sealed class HaloBoard
{
    private readonly SortedDictionary<int, StepHalos> _halos = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes at the next <see cref="Publish"/> or <see cref="Wake"/>; take it before looking.</summary>
    public Task Changed
    {
        get
        {
            lock (_halos)
            {
                return _changed.Task;
            }
        }
    }

    public void Publish(StepHalos halos)
    {
        lock (_halos)
        {
            _halos[halos.Step] = halos;
            Wake();
        }
    }

    /// <summary>Lets all who wait look again.</summary>
    public void Wake()
    {
        lock (_halos)
        {
            _changed.SetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public StepHalos? Find(int step)
    {
        lock (_halos)
        {
            return _halos.GetValueOrDefault(step);
        }
    }

    /// <summary>Those of the steps from <paramref name="from"/> to before <paramref name="to"/>.</summary>
    public IReadOnlyList<StepHalos> Range(int from, int to)
    {
        lock (_halos)
        {
            return [.. _halos.Values.Where(halos => halos.Step >= from && halos.Step < to)];
        }
    }

    /// <summary>Forgets the steps below; they are in the archive.</summary>
    public void Forget(int below)
    {
        lock (_halos)
        {
            foreach (int step in _halos.Keys.Where(step => step < below).ToArray())
            {
                _halos.Remove(step);
            }
        }
    }
}
