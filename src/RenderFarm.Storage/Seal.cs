using System.Security.Cryptography;
using RenderFarm.Errors;

namespace RenderFarm.Storage;

/// <summary>Guards an artifact's bytes by a checksum: a mark, SHA-256, then the content.</summary>
public static class Seal
{
    private static ReadOnlySpan<byte> Mark => "RFSEAL01"u8;

    /// <summary>The content behind its mark and checksum.</summary>
    public static byte[] Close(ReadOnlySpan<byte> content)
    {
        byte[] sealedBytes = new byte[Mark.Length + SHA256.HashSizeInBytes + content.Length];
        Mark.CopyTo(sealedBytes);
        SHA256.HashData(content, sealedBytes.AsSpan(Mark.Length));
        content.CopyTo(sealedBytes.AsSpan(Mark.Length + SHA256.HashSizeInBytes));
        return sealedBytes;
    }

    /// <summary>The content of sealed bytes.</summary>
    /// <param name="sealedBytes">What <see cref="Close"/> made.</param>
    /// <param name="path">Of the artifact, for the error.</param>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.CorruptArtifact"/> when any bit differs.</exception>
    public static ReadOnlyMemory<byte> Open(byte[] sealedBytes, string path)
    {
        int header = Mark.Length + SHA256.HashSizeInBytes;
        if (sealedBytes.Length < header
            || !sealedBytes.AsSpan(0, Mark.Length).SequenceEqual(Mark)
            || !SHA256.HashData(sealedBytes.AsSpan(header)).AsSpan().SequenceEqual(sealedBytes.AsSpan(Mark.Length, SHA256.HashSizeInBytes)))
        {
            throw new RenderFarmException(ErrorCodes.CorruptArtifact, $"artifact {path} is damaged: its checksum does not match");
        }

        return sealedBytes.AsMemory(header);
    }
}
