using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using TorchSharp;

namespace RenderFarm.Rendering.Devices;

internal sealed partial class DeviceOptionsValidator : IValidateOptions<DeviceOptions>
{
    public ValidateOptionsResult Validate(string? name, DeviceOptions options) =>
        !Name().IsMatch(options.Device) ? Refuse(nameof(options.Device), options.Device, "be cpu, cuda or cuda:N")
        : options.Device != "cpu" && !torch.cuda.is_available() ? Refuse(nameof(options.Device), options.Device, "be cpu: this build or machine has no CUDA")
        : options.Threads < 1 ? Refuse(nameof(options.Threads), options.Threads)
        : options.QueueLength < 1 ? Refuse(nameof(options.QueueLength), options.QueueLength)
        : options.Models < 1 ? Refuse(nameof(options.Models), options.Models)
        : !(options.MemoryGiB is >= 0 and <= 1e6) ? Refuse(nameof(options.MemoryGiB), options.MemoryGiB, "be 0 to 1000000")
        : options.Precision is not ("auto" or "bfloat16" or "float32") ? Refuse(nameof(options.Precision), options.Precision, "be auto, bfloat16 or float32")
        : ValidateOptionsResult.Success;

    private static ValidateOptionsResult Refuse(string field, object value, string allowed = "be at least 1") =>
        ValidateOptionsResult.Fail($"{DeviceOptions.Section}:{field} is {value}; it must {allowed}");

    [GeneratedRegex("^(cpu|cuda(:[0-9]{1,3})?)$")]
    private static partial Regex Name();
}
