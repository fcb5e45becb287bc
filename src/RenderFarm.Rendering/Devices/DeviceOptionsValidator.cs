using Microsoft.Extensions.Options;

namespace RenderFarm.Rendering.Devices;

internal sealed class DeviceOptionsValidator : IValidateOptions<DeviceOptions>
{
    public ValidateOptionsResult Validate(string? name, DeviceOptions options) =>
        options.Threads < 1 ? Refuse(nameof(options.Threads), options.Threads)
        : options.QueueLength < 1 ? Refuse(nameof(options.QueueLength), options.QueueLength)
        : options.Models < 1 ? Refuse(nameof(options.Models), options.Models)
        : ValidateOptionsResult.Success;

    private static ValidateOptionsResult Refuse(string field, int value) =>
        ValidateOptionsResult.Fail($"{DeviceOptions.Section}:{field} is {value}; it must be at least 1");
}
