using RenderFarm.Errors;

namespace RenderFarm.Jobs;

/// <summary>Counts a job's failures by the part that failed.</summary>
internal sealed class Attempts(int allowed)
{
    private readonly Dictionary<string, int> _failures = new(StringComparer.Ordinal);

    /// <summary>Whether the part may try again. What no second try can change is final at once.</summary>
    public bool MayRetry(string part, string errorCode)
    {
        int failures = _failures[part] = _failures.GetValueOrDefault(part) + 1;
        return failures < allowed
            && errorCode is not (ErrorCodes.InvalidModel or ErrorCodes.UnknownModel or ErrorCodes.InvalidSpec or ErrorCodes.FfmpegMissing
                or ErrorCodes.StorageFull);
    }
}
