using RenderFarm.Errors;

namespace RenderFarm.Media.Films;

/// <summary>Where FFmpeg is.</summary>
public static class Ffmpeg
{
    /// <summary>What a call that reads a file may open: local files and pipes, never the network.</summary>
    internal const string ReadWhitelist = "-protocol_whitelist file,pipe";

    /// <summary>What a call that takes frames may open: FFMpegCore's pipe is a Unix socket on Linux.</summary>
    internal const string PipeWhitelist = "-protocol_whitelist file,pipe,unix";

    /// <summary>Checks that ffmpeg and ffprobe are on the search path.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.FfmpegMissing"/>.</exception>
    public static void EnsureAvailable()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        foreach (string program in (string[])["ffmpeg", "ffprobe"])
        {
            if (!folders.Any(folder => File.Exists(Path.Combine(folder, program))))
            {
                throw new RenderFarmException(ErrorCodes.FfmpegMissing, $"{program} is not on the PATH; on Debian: apt-get install ffmpeg");
            }
        }
    }
}
