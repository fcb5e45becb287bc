using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using RenderFarm.Diffusion.Models;
using static TorchSharp.torch;

namespace RenderFarm.Cli.Benchmarks;

/// <summary>What figures were measured on, as documents name it.</summary>
/// <param name="Cores">Logical ones.</param>
/// <param name="Instructions">The widest vectors, and whether bfloat16 is multiplied.</param>
/// <param name="Device">As TorchSharp names it.</param>
/// <param name="Threads">Of one operation on a CPU.</param>
internal sealed record Machine(int Cores, string Instructions, string Device, int Threads)
{
    public static Machine Of(Device device) => new(Environment.ProcessorCount, Vectors(), device.ToString(), get_num_threads());

    private static string Vectors()
    {
        string widest = RuntimeInformation.ProcessArchitecture != Architecture.X64 ? RuntimeInformation.ProcessArchitecture.ToString()
            : Avx512F.IsSupported ? "AVX-512"
            : Avx2.IsSupported ? "AVX2"
            : "SSE";
        return ComputePrecision.For(CPU) == ScalarType.BFloat16 ? $"{widest} with bf16" : widest;
    }
}
