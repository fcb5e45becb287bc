using RenderFarm.Diffusion.Models;
using TorchSharp;

namespace RenderFarm.Rendering.Devices;

/// <summary>Bound from <c>RenderFarm:Devices</c>.</summary>
public sealed class DeviceOptions
{
    public const string Section = "RenderFarm:Devices";

    /// <summary>The device, as TorchSharp names it.</summary>
    public string Device { get; set; } = "cpu";

    /// <summary>
    /// Threads of one operation on a CPU. It decides how sums are split, hence their last bits: a job keeps its bits only while this
    /// stays the same.
    /// </summary>
    public int Threads { get; set; } = Environment.ProcessorCount;

    /// <summary>Steps that may wait; those that ask beyond wait to be queued.</summary>
    public int QueueLength { get; set; } = 4096;

    /// <summary>Models kept on the device at once.</summary>
    public int Models { get; set; } = 2;

    /// <summary>
    /// GiB of the device's memory that one model may use; its networks take turns where they are more. 0 for four fifths of the machine's
    /// memory on a CPU, and for no limit on other devices. A job keeps its bits only while this stays the same.
    /// </summary>
    public double MemoryGiB { get; set; }

    /// <summary>
    /// The precision of models' products: <c>bfloat16</c>, <c>float32</c>, or <c>auto</c> for bfloat16 where the hardware multiplies it.
    /// </summary>
    public string Precision { get; set; } = "auto";

    internal DeviceLimits Limits(torch.Device device)
    {
        DeviceLimits usual = DeviceLimits.Of(device);
        return new DeviceLimits(
            MemoryGiB > 0 ? (long)(MemoryGiB * (1L << 30)) : usual.Memory,
            Precision switch { "bfloat16" => torch.ScalarType.BFloat16, "float32" => torch.ScalarType.Float32, _ => usual.Compute });
    }
}
