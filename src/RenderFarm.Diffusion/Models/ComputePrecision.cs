using TorchSharp;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models;

/// <summary>The precision that models compute in on a device.</summary>
public static class ComputePrecision
{
    private const string CpuInfo = "/proc/cpuinfo";

    /// <summary>bfloat16 where the hardware multiplies it, float32 elsewhere (emulated bfloat16 is several times slower).</summary>
    public static ScalarType For(Device device) =>
        device.type == DeviceType.CUDA || CpuMultipliesBFloat16() ? ScalarType.BFloat16 : ScalarType.Float32;

    private static bool CpuMultipliesBFloat16()
    {
        if (!File.Exists(CpuInfo))
        {
            return false;
        }

        string? flags = File.ReadLines(CpuInfo).FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal));
        return flags is not null && (flags.Contains("avx512_bf16", StringComparison.Ordinal) || flags.Contains("amx_bf16", StringComparison.Ordinal));
    }
}
