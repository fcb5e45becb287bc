using System.CommandLine;
using RenderFarm.Errors;
using RenderFarm.Training.Pocket;

namespace RenderFarm.Cli.Commands;

internal static class TrainCommand
{
    public static Command Create()
    {
        var command = new Command("train", "Trains pocket on its procedural world and writes a model folder. Stopped at any time, the same command goes on.");
        Option<string> run = new("--run") { Description = "The training run's folder: checkpoints and the banks of latents.", DefaultValueFactory = _ => "pocket-run" };
        Option<string> output = new("--output", "-o") { Description = "The model's folder.", DefaultValueFactory = _ => Path.Combine("models", "pocket") };
        Option<string?> from = new("--from") { Description = "A pocket's folder whose weights a new run begins with: only its windows are trained on." };
        Option<double> text = Minutes("--text-minutes", "Minutes for the text encoder", 3);
        Option<double> autoencoder = Minutes("--autoencoder-minutes", "Minutes for the autoencoder's decoder", 60);
        Option<double> stills = Minutes("--still-minutes", "Minutes for the transformer on single latent frames", 45);
        Option<double> windows = Minutes("--window-minutes", "Minutes for the transformer on whole windows", 120);
        Option<double> rate = new("--learning-rate") { Description = "Highest learning rate of the windows' stage.", DefaultValueFactory = _ => 1.4e-3 };
        Option<int> clips = new("--clips") { Description = "Clips in the banks of latents.", DefaultValueFactory = _ => 3000 };
        Option<int> seed = new("--seed") { Description = "Seed of training's own draws.", DefaultValueFactory = _ => 1 };
        Option<int> bankSeed = new("--bank-seed")
        {
            Description = "Seed of the banks' clips: another one gives a run that goes on new clips.",
            DefaultValueFactory = _ => 1,
        };
        foreach (Option option in (Option[])[run, output, from, text, autoencoder, stills, windows, rate, clips, seed, bankSeed])
        {
            command.Add(option);
        }

        command.SetAction(parsed =>
        {
            var options = new TrainingOptions
            {
                Folder = parsed.GetValue(run)!,
                From = parsed.GetValue(from),
                TextMinutes = Positive("--text-minutes", parsed.GetValue(text)),
                AutoencoderMinutes = Positive("--autoencoder-minutes", parsed.GetValue(autoencoder)),
                StillMinutes = Positive("--still-minutes", parsed.GetValue(stills)),
                WindowMinutes = Positive("--window-minutes", parsed.GetValue(windows)),
                LearningRate = Positive("--learning-rate", parsed.GetValue(rate)),
                Clips = parsed.GetValue(clips) is >= 1 and var count ? count : throw Refuse("--clips", parsed.GetValue(clips), "at least 1"),
                Seed = parsed.GetValue(seed),
                BankSeed = parsed.GetValue(bankSeed),
            };
            new PocketTrainer(options, Console.WriteLine).Run();
            PocketExporter.Export(options.Folder, parsed.GetValue(output)!);
            Console.WriteLine($"the model is in {parsed.GetValue(output)}");
            return ExitCode.Done;
        });
        return command;
    }

    private static Option<double> Minutes(string name, string description, double usual) =>
        new(name) { Description = $"{description}.", DefaultValueFactory = _ => usual };

    private static double Positive(string name, double value) =>
        value > 0 && double.IsFinite(value) ? value : throw Refuse(name, value, "above 0");

    private static RenderFarmException Refuse(string name, object value, string allowed) =>
        new(ErrorCodes.InvalidSpec, FormattableString.Invariant($"{name} {value} is not allowed: {allowed}"));
}
