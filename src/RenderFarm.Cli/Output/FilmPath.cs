using RenderFarm.Errors;
using RenderFarm.Media.Films;

namespace RenderFarm.Cli.Output;

/// <summary>Where a film shall go.</summary>
internal static class FilmPath
{
    /// <summary>The whole path, at which a film can be written.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.OutputUnwritable"/>.</exception>
    public static string Require(string path)
    {
        if (!path.EndsWith(".mp4", StringComparison.OrdinalIgnoreCase))
        {
            throw new RenderFarmException(ErrorCodes.OutputUnwritable, $"output '{path}' is not allowed: the film is an MP4, so name it .mp4");
        }

        OutputFile.EnsureWritable(path);
        return Path.GetFullPath(path);
    }

    /// <summary>The quality report beside a film.</summary>
    public static string ReportOf(string film) => Path.ChangeExtension(film, ".quality.json");
}
