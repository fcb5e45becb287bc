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
}
