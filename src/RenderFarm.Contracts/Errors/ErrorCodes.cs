namespace RenderFarm.Errors;

/// <summary>The stable codes of <see cref="RenderFarmException"/>; scripts and API users may rely on them.</summary>
public static class ErrorCodes
{
    public const string InvalidSpec = "invalid_spec";
    public const string UnknownModel = "unknown_model";
    public const string InvalidModel = "invalid_model";
    public const string ModelBusy = "model_busy";
    public const string HubFailed = "hub_failed";
    public const string UnknownJob = "unknown_job";
    public const string JobConflict = "job_conflict";
    public const string JobFailed = "job_failed";
    public const string JobCancelled = "job_cancelled";
    public const string FfmpegMissing = "ffmpeg_missing";
    public const string FfmpegFailed = "ffmpeg_failed";
    public const string OutputUnwritable = "output_unwritable";
    public const string StorageFull = "storage_full";
    public const string StorageFailed = "storage_failed";
    public const string CorruptArtifact = "corrupt_artifact";
    public const string FarmBusy = "farm_busy";
    public const string DeviceFailed = "device_failed";
}
