using System.Runtime.InteropServices;

namespace RenderFarm.Diffusion.Tensors;

/// <summary>
/// Memory that is a file. What was read of it counts as the process's memory until the system wants it back, and a model of many GB would
/// be counted twice: as file and as weights.
/// </summary>
internal static unsafe partial class MappedPages
{
    private const int DontNeed = 4;

    /// <summary>Lets go of the whole pages of a stretch; they are read from the file again when touched. Nothing where there is no such call.</summary>
    public static void GiveBack(byte* start, long length)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        nuint page = (nuint)Environment.SystemPageSize, first = ((nuint)start + page - 1) / page * page, end = ((nuint)start + (nuint)length) / page * page;
        if (end > first)
        {
            // Advice: that it may fail changes nothing but what is counted.
            _ = Advise(first, end - first, DontNeed);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nuint address, nuint length, int advice);
}
