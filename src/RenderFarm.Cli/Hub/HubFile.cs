namespace RenderFarm.Cli.Hub;

/// <summary>A file of a repository, as its hub lists it.</summary>
/// <param name="Path">From the repository's root on, with <c>/</c>; never one that leads out of it.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Of its bytes, for large files; else null.</param>
/// <param name="GitSha1">Of it as a Git blob, for those without <paramref name="Sha256"/>.</param>
internal sealed record HubFile(string Path, long Size, string? Sha256, string? GitSha1)
{
    /// <summary>The path without its last part; empty for a file of the root.</summary>
    public string Folder => Path.Contains('/') ? Path[..Path.LastIndexOf('/')] : "";

    public string Name => Path[(Path.LastIndexOf('/') + 1)..];
}
