using System.Security.Cryptography;
using RenderFarm.Errors;

namespace RenderFarm.Storage;

/// <summary>
/// The pictures that films begin with, kept by what is in them: the same picture is kept once, however many jobs begin with it. A
/// picture is its pixels, 8 bits each of red, green and blue, row by row, in the size of the film.
/// </summary>
public static class StartImages
{
    /// <summary>The name of a picture: the SHA-256 of its pixels in lower-case hex.</summary>
    public static string NameOf(ReadOnlySpan<byte> rgb) => Convert.ToHexStringLower(SHA256.HashData(rgb));

    /// <summary>Keeps a picture; gives its name.</summary>
    public static async Task<string> PutAsync(IArtifactStore store, ReadOnlyMemory<byte> rgb, CancellationToken cancellationToken)
    {
        string name = NameOf(rgb.Span);
        await store.WriteAsync(PathOf(name), rgb, cancellationToken);
        return name;
    }

    /// <summary>The pixels of a picture.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.CorruptArtifact"/> when it is missing or not what its name says.</exception>
    public static async Task<byte[]> GetAsync(IArtifactStore store, string name, CancellationToken cancellationToken)
    {
        byte[] rgb = await store.ReadAsync(PathOf(name), cancellationToken)
            ?? throw new RenderFarmException(ErrorCodes.CorruptArtifact, $"start image {name} is missing");
        return NameOf(rgb) == name
            ? rgb
            : throw new RenderFarmException(ErrorCodes.CorruptArtifact, $"start image {name} is damaged");
    }

    private static string PathOf(string name) => $"inputs/{name}";
}
