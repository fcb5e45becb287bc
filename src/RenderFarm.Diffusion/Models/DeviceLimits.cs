using TorchSharp;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models;

/// <summary>What a model may use of its device.</summary>
/// <param name="Memory">
/// Bytes for its weights and for what a step needs besides them. A model whose networks are more than that together keeps them on the
/// device one after another. It decides how steps are batched, hence their last bits: a job keeps its bits only while this stays the same.
/// </param>
/// <param name="Compute">The precision of its products: <see cref="ScalarType.BFloat16"/> or <see cref="ScalarType.Float32"/>.</param>
public sealed record DeviceLimits(long Memory, ScalarType Compute)
{
    /// <summary>Four fifths of the machine's memory on a CPU; on other devices no limit, since they do not tell theirs.</summary>
    public static DeviceLimits Of(Device device) => new(
        device.type == DeviceType.CPU ? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 5 * 4 : long.MaxValue, ComputePrecision.For(device));
}
