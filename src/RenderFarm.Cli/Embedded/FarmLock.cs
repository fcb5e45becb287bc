using RenderFarm.Errors;

namespace RenderFarm.Cli.Embedded;

/// <summary>Holds <c>farm.lock</c> open: the system lets it go when the process ends, however it ends.</summary>
internal sealed class FarmLock : IDisposable
{
    private readonly FileStream _file;

    private FarmLock(FileStream file) => _file = file;

    /// <summary>Takes the lock, or null when another process has it.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.StorageFailed"/> when the folder cannot be written.</exception>
    public static FarmLock? TryTake(string home)
    {
        string path = Path.Combine(home, "farm.lock");
        try
        {
            Directory.CreateDirectory(home);
            using (new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite))
            {
                // Only to tell a folder that cannot be written from a lock that is held.
            }
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException || (exception is IOException && !File.Exists(path)))
        {
            throw new RenderFarmException(ErrorCodes.StorageFailed, $"{home} cannot be written: {exception.Message}", exception);
        }
        catch (IOException)
        {
            return null;
        }

        try
        {
            return new FarmLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();
}
