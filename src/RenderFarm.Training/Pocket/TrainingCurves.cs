using System.Globalization;

namespace RenderFarm.Training.Pocket;

/// <summary>
/// The losses of a run as <c>curves.csv</c>: stage, step, seconds of the stage, loss. Rows are appended; after a stop some steps may stand
/// there twice, the later rows being those that count.
/// </summary>
internal sealed class TrainingCurves(string folder)
{
    private readonly string _path = Path.Combine(folder, "curves.csv");

    public void Add(string stage, int step, double seconds, double loss)
    {
        string header = File.Exists(_path) ? "" : "stage,step,seconds,loss\n";
        File.AppendAllText(_path, header + string.Create(CultureInfo.InvariantCulture, $"{stage},{step},{seconds:f1},{loss:g6}\n"));
    }
}
