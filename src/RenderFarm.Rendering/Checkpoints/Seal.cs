using System.Security.Cryptography;
using RenderFarm.Errors;

namespace RenderFarm.Rendering.Checkpoints;

/// <summary>Bytes with their SHA-256 before them: what a crash or a disk changed is noticed when it is read.</summary>
internal static class Seal
{
    public static byte[] Close(ReadOnlySpan<byte> content)
    {
        byte[] closed = new byte[SHA256.HashSizeInBytes + content.Length];
        SHA256.HashData(content, closed);
        content.CopyTo(closed.AsSpan(SHA256.HashSizeInBytes));
        return closed;
    }

    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.CorruptArtifact"/>, naming the path.</exception>
    public static byte[] Open(byte[] closed, string path)
    {
        if (closed.Length >= SHA256.HashSizeInBytes)
        {
            byte[] content = closed[SHA256.HashSizeInBytes..];
            if (SHA256.HashData(content).AsSpan().SequenceEqual(closed.AsSpan(0, SHA256.HashSizeInBytes)))
            {
                return content;
            }
        }

        throw new RenderFarmException(ErrorCodes.CorruptArtifact, $"{path} is damaged: its checksum does not hold");
    }
}
