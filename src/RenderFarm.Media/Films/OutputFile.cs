using RenderFarm.Errors;

namespace RenderFarm.Media.Films;

/// <summary>A path that a film shall be written to.</summary>
public static class OutputFile
{
    /// <summary>Checks that a file can be made at a path, and leaves nothing there.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.OutputUnwritable"/>.</exception>
    public static void EnsureWritable(string path)
    {
        string full = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(full) ?? full;
        if (Directory.Exists(full))
        {
            throw new RenderFarmException(ErrorCodes.OutputUnwritable, $"output '{path}' is a folder; name a file in it");
        }

        if (!Directory.Exists(folder))
        {
            throw new RenderFarmException(ErrorCodes.OutputUnwritable, $"output '{path}' is in a folder that does not exist");
        }

        try
        {
            File.Create(Path.Combine(folder, $".{Guid.NewGuid():N}.probe"), 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RenderFarmException(ErrorCodes.OutputUnwritable, $"output '{path}' cannot be written: {exception.Message}", exception);
        }
    }
}
