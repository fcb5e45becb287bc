namespace RenderFarm.Diffusion.Models.Registry;

/// <summary>How far a file is read for its checksum.</summary>
/// <param name="Path">The file.</param>
/// <param name="Done">Bytes read.</param>
/// <param name="Length">Bytes in all.</param>
public readonly record struct HashProgress(string Path, long Done, long Length);
