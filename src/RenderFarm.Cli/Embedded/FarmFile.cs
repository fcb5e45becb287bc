using System.Diagnostics;
using System.Text.Json;

namespace RenderFarm.Cli.Embedded;

/// <summary>What a running farm tells other processes: <c>farm.json</c> beside its lock.</summary>
internal sealed record FarmFile(int Pid, int GatewayPort, string ModelsFolder)
{
    public static string PathOf(string home) => Path.Combine(home, "farm.json");

    public void Write(string home)
    {
        string temporary = $"{PathOf(home)}.{Pid}.tmp";
        File.WriteAllText(temporary, JsonSerializer.Serialize(this));
        File.Move(temporary, PathOf(home), overwrite: true);
    }

    /// <summary>The farm of a process that lives; null where there is none.</summary>
    public static FarmFile? Read(string home)
    {
        try
        {
            FarmFile? farm = JsonSerializer.Deserialize<FarmFile>(File.ReadAllText(PathOf(home)));
            return farm is not null && IsAlive(farm.Pid) ? farm : null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    public static void Delete(string home) => File.Delete(PathOf(home));

    private static bool IsAlive(int pid)
    {
        try
        {
            using Process process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
