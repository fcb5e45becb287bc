namespace RenderFarm.Storage;

/// <summary>Tells a full disk from other faults.</summary>
public static class DiskSpace
{
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;

    /// <summary>Whether a write failed because the disk, or the user's share of it, is full.</summary>
    public static bool IsExhausted(Exception exception) =>
        exception is IOException && (exception.HResult & 0xffff) is (NoSpace or QuotaExceeded);
}
