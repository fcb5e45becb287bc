using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace RenderFarm.Cli.Benchmarks;

/// <summary>Times what runs on a device.</summary>
internal static class Timing
{
    /// <summary>The median seconds of some repetitions, after one that does not count.</summary>
    public static double Median(Device device, int repetitions, Action work)
    {
        work();
        double[] seconds = new double[repetitions];
        for (int i = 0; i < repetitions; i++)
        {
            Wait(device);
            long began = Stopwatch.GetTimestamp();
            work();
            Wait(device);
            seconds[i] = Stopwatch.GetElapsedTime(began).TotalSeconds;
        }

        Array.Sort(seconds);
        return seconds[repetitions / 2];
    }

    private static void Wait(Device device)
    {
        if (device.type == DeviceType.CUDA)
        {
            cuda.synchronize(device);
        }
    }
}
