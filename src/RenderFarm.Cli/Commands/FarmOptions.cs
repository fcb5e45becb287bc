using System.CommandLine;
using RenderFarm.Cli.Embedded;
using RenderFarm.Cli.Registration;
using RenderFarm.Diffusion.Models;

namespace RenderFarm.Cli.Commands;

/// <summary>The options of every command that speaks to a farm.</summary>
internal sealed class FarmOptions
{
    private readonly Option<string?> _home = new("--home")
    {
        Description = "Where jobs, checkpoints and films are kept; default $RENDERFARM_HOME, else renderfarm in the user's data folder.",
    };

    private readonly Option<string?> _models = ModelsOption();

    private readonly Option<bool> _json = new("--json") { Description = "Write JSON, one object a line, for programs." };

    public FarmOptions(Command command)
    {
        command.Add(_home);
        command.Add(_models);
        command.Add(_json);
    }

    /// <summary>The option that names the folder of models.</summary>
    public static Option<string?> ModelsOption() => new("--models")
    {
        Description = "The folder of model folders; default $RENDERFARM_MODELS, else those that came with the program.",
    };

    /// <summary>The folder of models, whole, for what <see cref="ModelsOption"/> was given.</summary>
    public static string ModelsFolder(string? given) =>
        Path.GetFullPath(Text(given) ?? Variable("RENDERFARM_MODELS") ?? Path.Combine(AppContext.BaseDirectory, "models"));

    /// <summary>The farm's home, whole, for what <c>--home</c> was given.</summary>
    public static string HomeFolder(string? given) => Path.GetFullPath(Text(given) ?? Variable("RENDERFARM_HOME") ?? DefaultHome());

    public bool Json(ParseResult parsed) => parsed.GetValue(_json);

    public string Home(ParseResult parsed) => HomeFolder(parsed.GetValue(_home));

    /// <summary>Says on a terminal when it takes long to read a model's files.</summary>
    public ModelCatalogue Models(ParseResult parsed) =>
        new(ModelsFolder(parsed.GetValue(_models)), Home(parsed), Json(parsed) ? null : new HashingLine());

    /// <param name="parsed">The command line.</param>
    /// <param name="isShared">Whether other processes may join the farm: not when it lives only for a moment.</param>
    public EmbeddedFarmOptions Read(ParseResult parsed, bool isShared = false) => new()
    {
        Home = Home(parsed),
        ModelsFolder = ModelsFolder(parsed.GetValue(_models)),
        IsShared = isShared,
    };

    private static string? Variable(string name) => Text(Environment.GetEnvironmentVariable(name));

    private static string? Text(string? value) => string.IsNullOrEmpty(value) ? null : value;

    private static string DefaultHome() =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "renderfarm");
}
