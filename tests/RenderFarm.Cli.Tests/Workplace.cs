using System.Diagnostics;

namespace RenderFarm.Cli.Tests;

/// <summary>A folder to work in and a farm's home of its own; runs the real program in real processes.</summary>
internal sealed class Workplace : IDisposable
{
    private static readonly string Program = System.IO.Path.Combine(AppContext.BaseDirectory, "renderfarm.dll");

    private readonly List<Process> _processes = [];

    /// <summary>The program's current folder, empty at first.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("renderfarm-work-").FullName;

    public string Home { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"renderfarm-home-{Guid.NewGuid():N}");

    /// <summary>Environment variables for every process.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>The models that ship with the program.</summary>
    public static string Models { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "models");

    public string Path(string name) => System.IO.Path.Combine(Folder, name);

    /// <summary>Names of the files in <see cref="Folder"/>, in order.</summary>
    public IEnumerable<string> Files() => Directory.EnumerateFileSystemEntries(Folder).Select(path => System.IO.Path.GetFileName(path)).Order(StringComparer.Ordinal);

    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Dotnet(), [Program, .. arguments])
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["RENDERFARM_HOME"] = Home;
        start.Environment.Remove("RENDERFARM_MODELS");

        // Tests run beside each other: programs that each take all cores would wait for one another's threads.
        start.Environment["RenderFarm__Devices__Threads"] = "1";
        foreach ((string name, string value) in Environment)
        {
            start.Environment[name] = value;
        }

        Process process = Process.Start(start)!;
        _processes.Add(process);
        return process;
    }

    public Task<CommandResult> RunAsync(params string[] arguments) => FinishAsync(Start(arguments));

    /// <summary>What a started process says until its end.</summary>
    public static async Task<CommandResult> FinishAsync(Process process)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new CommandResult(process.ExitCode, await output, await error);
    }

    /// <summary>The next line of a process's output with a text in it.</summary>
    public static async Task<string> UntilAsync(Process process, string text)
    {
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"the process ended before it said {text}: {await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)}");
    }

    public void Dispose()
    {
        foreach (Process process in _processes)
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                process.WaitForExit();
            }

            process.Dispose();
        }

        Directory.Delete(Folder, recursive: true);
        if (Directory.Exists(Home))
        {
            Directory.Delete(Home, recursive: true);
        }
    }

    /// <summary>The whole path, since a test may take the search path away.</summary>
    private static string Dotnet() => (System.Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(System.IO.Path.PathSeparator)
        .Select(folder => System.IO.Path.Combine(folder, "dotnet"))
        .First(File.Exists);
}
