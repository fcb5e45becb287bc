using System.Buffers.Binary;
using System.Text.Json;
using RenderFarm.Errors;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tensors;

/// <summary>Writes tensors in the safetensors format, sorted by name: equal tensors give equal bytes.</summary>
public static class SafetensorsWriter
{
    /// <summary>Linux' and Windows' errors for a full disk, as <see cref="Exception.HResult"/> carries them.</summary>
    private static readonly int[] DiskFull = [28, unchecked((int)0x80070070), unchecked((int)0x80070027)];

    /// <summary>A whole file in memory, at most 2 GiB.</summary>
    public static byte[] ToBytes(IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        using var stream = new MemoryStream();
        Write(stream, tensors, metadata);
        return stream.ToArray();
    }

    /// <summary>Writes to a temporary name, flushes to disk and renames: there is the whole file or the one that was there before.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.StorageFull"/> or <see cref="ErrorCodes.StorageFailed"/>.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                Write(stream, tensors, metadata);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            string code = DiskFull.Contains(exception.HResult) ? ErrorCodes.StorageFull : ErrorCodes.StorageFailed;
            throw new RenderFarmException(code, $"{path} cannot be written: {exception.Message}", exception);
        }
        finally
        {
            // Gone after the rename; what a failure left must not stay. Deleting nothing in a missing folder would throw.
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }
        }
    }

    private static void Write(Stream stream, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        KeyValuePair<string, Tensor>[] sorted = [.. tensors.OrderBy(pair => pair.Key, StringComparer.Ordinal)];
        byte[] header = Header(sorted, metadata);
        // Data begins at a multiple of 8, as the reference implementation has it.
        byte[] padding = new byte[(8 - header.Length % 8) % 8];
        padding.AsSpan().Fill((byte)' ');
        byte[] prefix = new byte[SafetensorsHeader.PrefixLength];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, header.Length + padding.Length);
        stream.Write(prefix);
        stream.Write(header);
        stream.Write(padding);
        foreach ((_, Tensor tensor) in sorted)
        {
            TensorMemory.CopyTo(tensor, stream);
        }
    }

    private static byte[] Header(KeyValuePair<string, Tensor>[] sorted, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject("__metadata__");
                foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            long offset = 0;
            foreach ((string name, Tensor tensor) in sorted)
            {
                (string type, int size) = SafetensorsTypes.Of(tensor.dtype);
                json.WriteStartObject(name);
                json.WriteString("dtype", type);
                json.WriteStartArray("shape");
                foreach (long dimension in tensor.shape)
                {
                    json.WriteNumberValue(dimension);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                offset += tensor.numel() * size;
                json.WriteNumberValue(offset);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
