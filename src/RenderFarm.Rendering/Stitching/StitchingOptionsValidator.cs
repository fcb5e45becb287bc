using Microsoft.Extensions.Options;

namespace RenderFarm.Rendering.Stitching;

internal sealed class StitchingOptionsValidator : IValidateOptions<StitchingOptions>
{
    public ValidateOptionsResult Validate(string? name, StitchingOptions options) =>
        options.LatentFrames < 1
            ? ValidateOptionsResult.Fail($"{StitchingOptions.Section}:{nameof(options.LatentFrames)} is {options.LatentFrames}; it must be at least 1")
        : string.IsNullOrWhiteSpace(options.WorkingFolder)
            ? ValidateOptionsResult.Fail($"{StitchingOptions.Section}:{nameof(options.WorkingFolder)} must name a folder")
        : ValidateOptionsResult.Success;
}
