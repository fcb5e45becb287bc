using System.Text.Json;

namespace RenderFarm.Cli;

/// <summary>The one line on standard error that says what went wrong.</summary>
internal static class Fault
{
    public static void Write(string code, string message, bool json)
    {
        // What a file or a server put into a message must not steer the terminal.
        string line = string.Concat(message.ReplaceLineEndings(" ").Select(c => char.IsControl(c) ? '?' : c)).Trim();
        Console.Error.WriteLine(json ? JsonSerializer.Serialize(new { @event = "error", code, message = line }) : $"renderfarm: {line}");
    }
}
