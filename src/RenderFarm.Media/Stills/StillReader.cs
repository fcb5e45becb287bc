using System.Globalization;
using FFMpegCore;
using FFMpegCore.Exceptions;
using FFMpegCore.Pipes;
using RenderFarm.Errors;
using RenderFarm.Jobs;
using RenderFarm.Media.Films;

namespace RenderFarm.Media.Stills;

/// <summary>Reads pictures through FFmpeg.</summary>
public static class StillReader
{
    /// <summary>The formats that a picture may have; a playlist or a script that calls itself one is refused.</summary>
    private const string Formats = "-format_whitelist png_pipe,jpeg_pipe,webp_pipe,bmp_pipe,tiff_pipe,image2,mjpeg";

    /// <summary>A picture in a film's size, as much of its middle as that size's shape shows: RGB, 8 bits, row by row.</summary>
    /// <param name="path">A PNG, JPEG, WebP, BMP or TIFF file.</param>
    /// <param name="size">The film's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RenderFarmException">
    /// <see cref="ErrorCodes.InvalidSpec"/> when the file cannot be read or holds no picture; <see cref="ErrorCodes.FfmpegMissing"/>.
    /// </exception>
    public static async Task<byte[]> ReadAsync(string path, FrameSize size, CancellationToken cancellationToken)
    {
        Ffmpeg.EnsureAvailable();
        if (!File.Exists(path))
        {
            throw new RenderFarmException(ErrorCodes.InvalidSpec, $"start image '{path}' is not there");
        }

        using var pixels = new MemoryStream();
        string filter = string.Create(
            CultureInfo.InvariantCulture,
            $"scale={size.Width}:{size.Height}:force_original_aspect_ratio=increase:flags=lanczos,crop={size.Width}:{size.Height}");
        try
        {
            await FFMpegArguments
                .FromFileInput(path, verifyExists: false, input => input.WithCustomArgument($"{Ffmpeg.ReadWhitelist} {Formats}"))
                .OutputToPipe(new StreamPipeSink(pixels), output => output.WithCustomArgument($"-frames:v 1 -vf {filter} -f rawvideo -pix_fmt rgb24"))
                .CancellableThrough(cancellationToken)
                .ProcessAsynchronously();
        }
        catch (FFMpegProcessException exception)
        {
            throw NoPicture(path, exception);
        }

        return pixels.Length == (long)size.Width * size.Height * 3 ? pixels.ToArray() : throw NoPicture(path, null);
    }

    private static RenderFarmException NoPicture(string path, Exception? inner) =>
        new(ErrorCodes.InvalidSpec, $"start image '{path}' is no picture: PNG, JPEG, WebP, BMP and TIFF can be read", inner);
}
