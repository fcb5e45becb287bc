using System.Diagnostics;

namespace RenderFarm.Cli.Tests;

public sealed class FullDiskTests
{
    private static readonly string[] Job = ["render", "a red ball", "--seconds", "4", "--steps", "2", "--seed", "5"];

    [Fact]
    public async Task Render_OutputDiskIsFull_LeavesNothingThereAndKeepsTheFilm()
    {
        using var work = new Workplace();
        using SmallDisk disk = await SmallDisk.MountAsync(work.Path("disk"), "16k");

        CommandResult full = await work.RunAsync([.. Job, "-o", "disk/film.mp4"]);
        string[] left = Directory.GetFileSystemEntries(disk.Path);
        string jobId = full.Output.Split('\n')[0]["job ".Length..];
        CommandResult elsewhere = await work.RunAsync("resume", jobId, "-o", "film.mp4");

        Assert.Equal(6, full.ExitCode);
        Assert.Contains("no space left to write", Assert.Single(full.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Empty(left);
        Assert.Equal(0, elsewhere.ExitCode);
        Assert.True(File.Exists(work.Path("film.mp4")));
    }

    [Fact]
    public async Task Render_HomeDiskIsFull_FailsInOneLineWithoutAFilm()
    {
        using var work = new Workplace();
        using SmallDisk disk = await SmallDisk.MountAsync(work.Path("disk"), "48k");

        CommandResult full = await work.RunAsync([.. Job, "-o", "film.mp4", "--home", disk.Path]);

        Assert.Equal(6, full.ExitCode);
        Assert.Contains("no space left to write", Assert.Single(full.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Equal(["disk"], work.Files());
    }

    /// <summary>A file system in memory that is soon full.</summary>
    private sealed class SmallDisk : IDisposable
    {
        private SmallDisk(string path) => Path = path;

        public string Path { get; }

        public static async Task<SmallDisk> MountAsync(string path, string size)
        {
            Assert.SkipUnless(Environment.UserName == "root", "only root can mount a small file system");
            Directory.CreateDirectory(path);
            int exitCode = await RunAsync("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", path);
            Assert.SkipUnless(exitCode == 0, "a file system cannot be mounted here");
            return new SmallDisk(path);
        }

        public void Dispose() => RunAsync("umount", "-l", Path).Wait();

        private static async Task<int> RunAsync(params string[] command)
        {
            using Process process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true })!;
            await process.WaitForExitAsync();
            return process.ExitCode;
        }
    }
}
