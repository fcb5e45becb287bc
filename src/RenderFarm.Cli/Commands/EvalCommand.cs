using System.CommandLine;
using RenderFarm.Cli.Evaluation;
using RenderFarm.Cli.Registration;
using RenderFarm.Diffusion.Models;
using RenderFarm.Jobs;
using RenderFarm.Training.Evaluation;

namespace RenderFarm.Cli.Commands;

internal static class EvalCommand
{
    public static Command Create()
    {
        var usual = new EvaluationOptions { Output = "pocket-eval" };
        var command = new Command(
            "eval",
            "Measures a model of the pocket family in the world that it was trained on. Stopped at any time, the same command goes on. "
            + "An aim that is missed is said in the table; the exit code is 0 all the same.");
        Argument<string> model = new("model") { Description = "The model's name, or its folder.", DefaultValueFactory = _ => "pocket" };
        Option<string?> models = FarmOptions.ModelsOption();
        Option<string> output = new("--output", "-o")
        {
            Description = "The folder of eval.json, contact sheets, the judge, and what a later call takes up.",
            DefaultValueFactory = _ => usual.Output,
        };
        Option<string> parts = Names<EvaluationPart>("--parts", "What is measured");
        Option<int> captions = Count("--captions", "Held-out captions for adherence", usual.Captions);
        Option<bool> extras = new("--extras") { Description = "Let adherence's captions keep their occluders and second subjects." };
        Option<int> clips = Count("--clips", "Clips for reconstruction, for each frame size", usual.Clips);
        Option<int> motions = Count("--motions", "Clips of bounces, and as many of rolls", usual.Motions);
        Option<int> passes = Count("--passes", "Short films in which the subject passes behind something", usual.Passes);
        Option<int> conditionings = Count("--conditionings", "Clips for each way of giving frames", usual.Conditionings);
        Option<int> films = Count("--films", "Prompts of long films, each filmed under each strategy", usual.Films);
        Option<double> seconds = new("--seconds") { Description = "Length of a long film.", DefaultValueFactory = _ => usual.Seconds };
        Option<string> strategies = Names<Strategy>("--strategies", "Strategies of the long films");
        Option<double> judge = new("--judge-minutes")
        {
            Description = "Minutes for the judge's training; a judge that is in the output folder is kept.",
            DefaultValueFactory = _ => usual.JudgeMinutes,
        };
        Option<int> seed = new("--seed") { Description = "Seed of captions, scenes and noise.", DefaultValueFactory = _ => usual.Seed };
        Option<bool> json = new("--json") { Description = "Write the report as JSON, and nothing else, to standard output." };
        command.Add(model);
        foreach (Option option in (Option[])
            [models, output, parts, captions, extras, clips, motions, passes, conditionings, films, seconds, strategies, judge, seed, json])
        {
            command.Add(option);
        }

        command.SetAction(async (parsed, cancellationToken) =>
        {
            EvaluationOptions options = usual with
            {
                Output = parsed.GetValue(output)!,
                Parts = EvaluationOptions.ReadNames<EvaluationPart>("--parts", parsed.GetValue(parts)!),
                Captions = parsed.GetValue(captions),
                Extras = parsed.GetValue(extras),
                Clips = parsed.GetValue(clips),
                Motions = parsed.GetValue(motions),
                Passes = parsed.GetValue(passes),
                Conditionings = parsed.GetValue(conditionings),
                Films = parsed.GetValue(films),
                Seconds = parsed.GetValue(seconds),
                Strategies = EvaluationOptions.ReadNames<Strategy>("--strategies", parsed.GetValue(strategies)!),
                JudgeMinutes = parsed.GetValue(judge),
                Seed = parsed.GetValue(seed),
            };
            var catalogue = new ModelCatalogue(
                FarmOptions.ModelsFolder(parsed.GetValue(models)), FarmOptions.HomeFolder(null), parsed.GetValue(json) ? null : new HashingLine());
            string name = catalogue.Resolve(parsed.GetValue(model)!);

            // The measuring runs on a thread of the pool, so that Ctrl-C is heard meanwhile.
            EvaluationReport report = await Task.Run(
                () => ModelEvaluation.Run(catalogue, name, options, Console.Error.WriteLine, cancellationToken), cancellationToken);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(report.ToJson());
            }
            else
            {
                EvaluationView.Write(report, options.Output);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Option<int> Count(string name, string description, int usual) =>
        new(name) { Description = $"{description}.", DefaultValueFactory = _ => usual };

    private static Option<string> Names<T>(string name, string description)
        where T : struct, Enum
    {
        string all = string.Join(',', Enum.GetNames<T>()).ToLowerInvariant();
        return new Option<string>(name) { Description = $"{description}, separated by commas.", DefaultValueFactory = _ => all };
    }
}
