namespace RenderFarm.Cli.Hub;

/// <summary>How far a pull is.</summary>
/// <param name="File">The file that is fetched.</param>
/// <param name="IsWhole">Whether it is there now.</param>
/// <param name="Size">Its bytes in all.</param>
/// <param name="Bytes">Bytes of all files that are there.</param>
/// <param name="Total">Bytes of all files that are known to be needed.</param>
internal readonly record struct PullProgress(string File, bool IsWhole, long Size, long Bytes, long Total);
