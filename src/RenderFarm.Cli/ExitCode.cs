using RenderFarm.Errors;

namespace RenderFarm.Cli;

/// <summary>What <c>renderfarm</c> tells its caller. Scripts rely on the numbers; <c>docs/cli.md</c> lists them.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Unexpected = 1;
    public const int BadInput = 2;
    public const int OutputUnwritable = 3;
    public const int FfmpegMissing = 4;
    public const int InvalidModel = 5;
    public const int Storage = 6;
    public const int JobFailed = 7;
    public const int FarmBusy = 8;
    public const int JobCancelled = 9;
    public const int HubFailed = 10;

    /// <summary>By Ctrl-C or SIGTERM, as shells number it.</summary>
    public const int Interrupted = 130;

    /// <summary>The exit code of an error code of <see cref="ErrorCodes"/>.</summary>
    public static int Of(string errorCode) => errorCode switch
    {
        ErrorCodes.InvalidSpec or ErrorCodes.UnknownModel or ErrorCodes.UnknownJob or ErrorCodes.JobConflict => BadInput,
        ErrorCodes.OutputUnwritable => OutputUnwritable,
        ErrorCodes.FfmpegMissing => FfmpegMissing,
        ErrorCodes.InvalidModel => InvalidModel,
        ErrorCodes.StorageFull or ErrorCodes.StorageFailed => Storage,
        ErrorCodes.JobFailed or ErrorCodes.FfmpegFailed or ErrorCodes.CorruptArtifact or ErrorCodes.DeviceFailed => JobFailed,
        ErrorCodes.FarmBusy or ErrorCodes.ModelBusy => FarmBusy,
        ErrorCodes.JobCancelled => JobCancelled,
        ErrorCodes.HubFailed => HubFailed,
        _ => Unexpected,
    };
}
