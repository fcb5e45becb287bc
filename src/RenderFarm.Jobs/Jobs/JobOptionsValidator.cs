using Microsoft.Extensions.Options;

namespace RenderFarm.Jobs;

internal sealed class JobOptionsValidator : IValidateOptions<JobOptions>
{
    public ValidateOptionsResult Validate(string? name, JobOptions options) =>
        !(options.SweepSeconds is > 0 and <= 86400) ? Refuse(nameof(options.SweepSeconds), options.SweepSeconds, "above 0, at most 86400")
        : options.PollMilliseconds < 1 ? Refuse(nameof(options.PollMilliseconds), options.PollMilliseconds, "at least 1")
        : options.Concurrent < 1 ? Refuse(nameof(options.Concurrent), options.Concurrent, "at least 1")
        : options.Attempts < 1 ? Refuse(nameof(options.Attempts), options.Attempts, "at least 1")
        : ValidateOptionsResult.Success;

    private static ValidateOptionsResult Refuse(string field, object value, string allowed) =>
        ValidateOptionsResult.Fail($"{JobOptions.Section}:{field} is {value}; it must be {allowed}");
}
