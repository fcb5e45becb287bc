using Spectre.Console;

namespace RenderFarm.Cli;

/// <summary>Where output goes, and what that can show.</summary>
internal static class Terminal
{
    /// <summary>Columns of a file or a pipe, which have no edge.</summary>
    private const int PipeWidth = 200;

    /// <summary>Spectre's console, as wide as a table likes where nobody sees an edge.</summary>
    public static IAnsiConsole Console { get; } = Create();

    /// <summary>Whether lines may be drawn over.</summary>
    public static bool IsLive => !System.Console.IsOutputRedirected && Console.Profile.Capabilities.Ansi;

    /// <summary>Cuts a text to what a terminal's column holds; whole in a file or a pipe.</summary>
    public static string Shorten(string text, int length) =>
        System.Console.IsOutputRedirected || text.Length <= length ? text : text[..(length - 1)] + "…";

    private static IAnsiConsole Create()
    {
        IAnsiConsole console = AnsiConsole.Console;
        if (System.Console.IsOutputRedirected)
        {
            console.Profile.Width = PipeWidth;
        }

        return console;
    }
}
