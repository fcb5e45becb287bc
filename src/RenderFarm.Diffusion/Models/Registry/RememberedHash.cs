namespace RenderFarm.Diffusion.Models.Registry;

/// <summary>A file's checksum and what the file was like when it was made.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Written">Time of the last write, in ticks, UTC.</param>
/// <param name="Sha256">Lower-case hex.</param>
internal sealed record RememberedHash(long Length, long Written, string Sha256);
