using System.Buffers.Binary;
using System.Text.Json;
using RenderFarm.Errors;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tensors;

/// <summary>A safetensors file's header (github.com/huggingface/safetensors), checked against the length of the file.</summary>
internal sealed class SafetensorsHeader
{
    /// <summary>The length of the header, 8 bytes little-endian, stands before it.</summary>
    public const int PrefixLength = 8;

    /// <summary>The format's own limit.</summary>
    public const long MaxLength = 100_000_000;

    private readonly string _code;
    private readonly string _origin;

    /// <param name="bytes">The header without its length.</param>
    /// <param name="dataLength">Bytes that follow the header.</param>
    /// <param name="code">Code of the error for a header that does not hold.</param>
    /// <param name="origin">What to name in that error: the file.</param>
    public SafetensorsHeader(ReadOnlyMemory<byte> bytes, long dataLength, string code, string origin)
    {
        _code = code;
        _origin = origin;
        var entries = new Dictionary<string, SafetensorsEntry>(StringComparer.Ordinal);
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes);
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (property.NameEquals("__metadata__"))
                {
                    Metadata = property.Value.EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.GetString() ?? "");
                }
                else if (!entries.TryAdd(property.Name, Entry(property.Name, property.Value)))
                {
                    throw Broken(code, origin, $"tensor '{property.Name}' is listed twice");
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            throw Broken(code, origin, "its header is not that of a safetensors file", exception);
        }

        long end = 0;
        foreach ((string name, SafetensorsEntry entry) in entries.OrderBy(pair => pair.Value.Start).ThenBy(pair => pair.Value.End))
        {
            if (entry.Start != end)
            {
                throw Broken(code, origin, $"tensor '{name}' begins at byte {entry.Start} of the data, not at {end}");
            }

            end = entry.End;
        }

        if (end != dataLength)
        {
            throw Broken(code, origin, $"it has {dataLength} bytes of data, not the {end} that its header lists{(dataLength < end ? ": it is truncated" : "")}");
        }

        Entries = entries;
    }

    public IReadOnlyDictionary<string, SafetensorsEntry> Entries { get; }

    public IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

    /// <summary>The header's length from the file's first 8 bytes.</summary>
    public static int ReadLength(ReadOnlySpan<byte> prefix, long fileLength, string code, string origin)
    {
        if (fileLength < PrefixLength)
        {
            throw Broken(code, origin, $"it has only {fileLength} bytes");
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        return length > MaxLength || (long)length > fileLength - PrefixLength
            ? throw Broken(code, origin, $"its header should have {length} bytes, of a file of {fileLength}")
            : (int)length;
    }

    public static RenderFarmException Broken(string code, string origin, string why, Exception? inner = null) =>
        new(code, $"{origin} cannot be used: {why}", inner);

    private SafetensorsEntry Entry(string name, JsonElement value)
    {
        string typeName = value.GetProperty("dtype").GetString() ?? "";
        if (!SafetensorsTypes.TryParse(typeName, out ScalarType type, out int size))
        {
            throw Broken(_code, _origin, $"tensor '{name}' has the unknown type '{typeName}'");
        }

        long[] shape = [.. value.GetProperty("shape").EnumerateArray().Select(dimension => dimension.GetInt64())];
        JsonElement offsets = value.GetProperty("data_offsets");
        if (offsets.GetArrayLength() != 2)
        {
            throw Broken(_code, _origin, $"tensor '{name}' has not two offsets");
        }

        long start = offsets[0].GetInt64();
        long end = offsets[1].GetInt64();
        // 128 bits: a forged shape must not overflow into a length that fits.
        Int128 length = size;
        foreach (long dimension in shape)
        {
            length = dimension < 0 || length > long.MaxValue ? -1 : length * dimension;
            if (length < 0)
            {
                break;
            }
        }

        return start < 0 || end < start || length != (Int128)end - start
            ? throw Broken(_code, _origin, $"tensor '{name}' [{string.Join(", ", shape)}] {typeName} does not fit its bytes {start} to {end}")
            : new SafetensorsEntry(type, shape, start, end);
    }
}
