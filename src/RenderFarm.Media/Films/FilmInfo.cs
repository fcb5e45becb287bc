using RenderFarm.Jobs;

namespace RenderFarm.Media.Films;

/// <summary>What a film's file holds.</summary>
public sealed record FilmInfo(FrameSize Size, double Fps, TimeSpan Duration, string Codec, string PixelFormat)
{
    /// <summary>Reads it with ffprobe.</summary>
    /// <param name="path">A file made by this farm.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<FilmInfo> ReadAsync(string path, CancellationToken cancellationToken = default)
    {
        FFMpegCore.IMediaAnalysis analysis = await FFMpegCore.FFProbe.AnalyseAsync(
            path, cancellationToken: cancellationToken, customArguments: Ffmpeg.ReadWhitelist);
        FFMpegCore.VideoStream video = analysis.PrimaryVideoStream!;
        return new FilmInfo(new FrameSize(video.Width ?? 0, video.Height ?? 0), video.AverageFrameRate, video.Duration, video.CodecName ?? string.Empty, video.PixelFormat ?? string.Empty);
    }
}
