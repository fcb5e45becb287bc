using System.Diagnostics;
using System.Globalization;

namespace RenderFarm.Training.Evaluation;

/// <summary>Says how far a long count is: at its first and last and about every fifteen seconds between.</summary>
internal sealed class ProgressLines(Action<string> log, string what, int total)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    private readonly Stopwatch _whole = Stopwatch.StartNew();
    private readonly Stopwatch _since = Stopwatch.StartNew();
    private int _count;
    private int _made;

    /// <summary>One more is there.</summary>
    /// <param name="wasKept">An earlier call had made it: it does not count for the pace.</param>
    public void Add(bool wasKept = false)
    {
        _count++;
        _made += wasKept ? 0 : 1;
        if (_made != 1 && _count != total && _since.Elapsed < Pause)
        {
            return;
        }

        _since.Restart();
        double pace = _made == 0 ? 0 : _whole.Elapsed.TotalSeconds / _made;
        string left = _made == 0 || _count == total ? "" : string.Create(CultureInfo.InvariantCulture, $", {pace:f1} s each, about {pace * (total - _count) / 60:f1} min left");
        log($"{what}: {_count} of {total}{left}");
    }
}
