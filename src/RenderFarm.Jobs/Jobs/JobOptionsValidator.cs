using Microsoft.Extensions.Options;

namespace RenderFarm.Jobs;

internal sealed class JobOptionsValidator : IValidateOptions<JobOptions>
{
    public ValidateOptionsResult Validate(string? name, JobOptions options) =>
        !(options.SweepSeconds > 0) ? Refuse(nameof(options.SweepSeconds), "above 0")
        : options.PollMilliseconds < 1 ? Refuse(nameof(options.PollMilliseconds), "at least 1")
        : options.Concurrent < 1 ? Refuse(nameof(options.Concurrent), "at least 1")
        : options.Attempts < 1 ? Refuse(nameof(options.Attempts), "at least 1")
        : ValidateOptionsResult.Success;

    private static ValidateOptionsResult Refuse(string field, string allowed) =>
        ValidateOptionsResult.Fail($"{JobOptions.Section}:{field} must be {allowed}");
}
