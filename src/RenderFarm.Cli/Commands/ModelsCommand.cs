using System.CommandLine;

namespace RenderFarm.Cli.Commands;

internal static class ModelsCommand
{
    public static Command Create() => new("models", "Lists, adds, checks and removes models.")
    {
        ModelsListCommand.Create(), ModelsImportCommand.Create(), ModelsPullCommand.Create(), ModelsVerifyCommand.Create(), ModelsRemoveCommand.Create(),
    };
}
