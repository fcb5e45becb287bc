using Microsoft.Extensions.Options;

namespace RenderFarm.Rendering.Checkpoints;

internal sealed class CheckpointOptionsValidator : IValidateOptions<CheckpointOptions>
{
    public ValidateOptionsResult Validate(string? name, CheckpointOptions options) =>
        options.EverySteps < 1
            ? ValidateOptionsResult.Fail($"{CheckpointOptions.Section}:{nameof(options.EverySteps)} is {options.EverySteps}; it must be at least 1")
        : !(options.EverySeconds is > 0 and <= 86400)
            ? ValidateOptionsResult.Fail($"{CheckpointOptions.Section}:{nameof(options.EverySeconds)} is {options.EverySeconds}; it must be above 0, at most 86400")
        : ValidateOptionsResult.Success;
}
