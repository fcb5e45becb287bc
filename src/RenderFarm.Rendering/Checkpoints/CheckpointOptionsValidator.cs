using Microsoft.Extensions.Options;

namespace RenderFarm.Rendering.Checkpoints;

internal sealed class CheckpointOptionsValidator : IValidateOptions<CheckpointOptions>
{
    public ValidateOptionsResult Validate(string? name, CheckpointOptions options) =>
        options.EverySteps < 1
            ? ValidateOptionsResult.Fail($"{CheckpointOptions.Section}:{nameof(options.EverySteps)} is {options.EverySteps}; it must be at least 1")
        : !(options.EverySeconds > 0)
            ? ValidateOptionsResult.Fail($"{CheckpointOptions.Section}:{nameof(options.EverySeconds)} is {options.EverySeconds}; it must be above 0")
        : ValidateOptionsResult.Success;
}
