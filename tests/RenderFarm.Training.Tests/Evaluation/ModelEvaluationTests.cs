using RenderFarm.Diffusion.Models;
using RenderFarm.Errors;
using RenderFarm.Jobs;
using RenderFarm.Training.Evaluation;

namespace RenderFarm.Training.Tests.Evaluation;

public sealed class ModelEvaluationTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("renderfarm-eval-").FullName;
    private readonly ModelCatalogue _models = new(Path.Combine(AppContext.BaseDirectory, "models"));

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Run_OfEveryPart_MeasuresTheShippedModelAndIsTakenUp()
    {
        EvaluationOptions options = new()
        {
            Output = Path.Combine(_root, "eval"),
            Captions = 2,
            Clips = 1,
            Motions = 1,
            Passes = 1,
            Conditionings = 1,
            Films = 1,
            Seconds = 5,
            Strategies = [Strategy.Anchored],
            JudgeMinutes = 0.02,
        };
        EvaluationReport report = ModelEvaluation.Run(_models, "pocket", options, _ => { }, TestContext.Current.CancellationToken);

        Assert.Equal(Enum.GetValues<EvaluationPart>().Order(), report.Parts.Keys.Order());
        Assert.All(report.Parts.Values, part => Assert.All(part.Sheets, sheet => Assert.True(File.Exists(Path.Combine(options.Output, sheet)), sheet)));
        Assert.Contains(report.Parts[EvaluationPart.Films].Figures, figure => figure is { Name: "anchored: seam ratio, worst", Value: > 0, AtMost: 1.1 });

        // The judge had a second: what it says means nothing, and the report says so.
        Assert.Contains(report.Parts[EvaluationPart.Adherence].Figures, figure => figure is { AtLeast: 0.99, IsReached: false });

        List<string> log = [];
        EvaluationReport again = ModelEvaluation.Run(
            _models, "pocket", options with { Parts = [EvaluationPart.Adherence, EvaluationPart.Films] }, log.Add, TestContext.Current.CancellationToken);
        Assert.Equal(report.Parts[EvaluationPart.Films].Figures, again.Parts[EvaluationPart.Films].Figures);
        Assert.Equal(report.Parts[EvaluationPart.Reconstruction].Figures, again.Parts[EvaluationPart.Reconstruction].Figures);
        Assert.DoesNotContain(log, line => line.Contains("training", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_WhereTheFolderCannotBeMade_IsRefused()
    {
        string file = Path.Combine(_root, "file");
        File.WriteAllText(file, "");
        RenderFarmException refused = Assert.Throws<RenderFarmException>(
            () => ModelEvaluation.Run(_models, "pocket", new EvaluationOptions { Output = Path.Combine(file, "eval") }, _ => { }, TestContext.Current.CancellationToken));
        Assert.Equal(ErrorCodes.OutputUnwritable, refused.Code);
    }

    [Theory]
    [InlineData("physics, films ,films", "Physics Films")]
    [InlineData("adherence", "Adherence")]
    public void ReadNames_OfKnownNames_GivesEachOnce(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', EvaluationOptions.ReadNames<EvaluationPart>("--parts", text)));
}
