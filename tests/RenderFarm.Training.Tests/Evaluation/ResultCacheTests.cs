using RenderFarm.Training.Evaluation;

namespace RenderFarm.Training.Tests.Evaluation;

public sealed class ResultCacheTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("renderfarm-cache-").FullName;
    private readonly List<string> _made = [];

    private string File => Path.Combine(_root, "results.jsonl");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Take_InALaterRun_GivesWhatWasKept()
    {
        Take("a", 1.5);
        Take("b", 2.5);
        Assert.Equal(1.5, Take("a", 9));
        Assert.Equal(["a", "b"], _made);
    }

    [Fact]
    public void Take_AfterAStopWithinALine_MeasuresThatOneAgain()
    {
        Take("a", 1.5);
        Take("b", 2.5);
        string text = System.IO.File.ReadAllText(File);
        System.IO.File.WriteAllText(File, text[..^5]);

        Assert.Equal(3.5, Take("b", 3.5));
        Assert.Equal(3.5, Take("b", 9));
        Assert.Equal(1.5, Take("a", 9));
        Assert.Equal(["a", "b", "b"], _made);
    }

    /// <summary>Each call is a run of its own: it reads the file anew.</summary>
    private double Take(string key, double value) => new ResultCache<Result>(File).Take(
        key,
        () =>
        {
            _made.Add(key);
            return new Result(value);
        },
        new ProgressLines(_ => { }, "results", 2)).Value;

    private sealed record Result(double Value);
}
