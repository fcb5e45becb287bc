using System.IO.MemoryMappedFiles;
using RenderFarm.Errors;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tensors;

/// <summary>A safetensors file, memory-mapped: only what is read is fetched from disk.</summary>
public sealed unsafe class SafetensorsFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly SafetensorsHeader _header;
    private readonly byte* _data;
    private bool _disposed;

    private SafetensorsFile(string path)
    {
        long length = new FileInfo(path).Length;
        if (length < SafetensorsHeader.PrefixLength)
        {
            throw SafetensorsHeader.Broken(ErrorCodes.InvalidModel, path, $"it has only {length} bytes");
        }

        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _view = _file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            start += _view.PointerOffset;
            int headerLength = SafetensorsHeader.ReadLength(
                new ReadOnlySpan<byte>(start, SafetensorsHeader.PrefixLength), length, ErrorCodes.InvalidModel, path);
            byte[] header = new ReadOnlySpan<byte>(start + SafetensorsHeader.PrefixLength, headerLength).ToArray();
            _header = new SafetensorsHeader(header, length - SafetensorsHeader.PrefixLength - headerLength, ErrorCodes.InvalidModel, path);
            _data = start + SafetensorsHeader.PrefixLength + headerLength;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public IReadOnlyCollection<string> Names => [.. _header.Entries.Keys];

    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Maps a file and checks its whole header: lengths, types, shapes, that tensors neither overlap nor run past its end.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/>, naming the file.</exception>
    public static SafetensorsFile Open(string path)
    {
        try
        {
            return new SafetensorsFile(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw SafetensorsHeader.Broken(ErrorCodes.InvalidModel, path, exception.Message, exception);
        }
    }

    /// <summary>All tensors of a safetensors file in memory, on the CPU, owned by the caller.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.CorruptArtifact"/>.</exception>
    public static IReadOnlyDictionary<string, Tensor> ReadAll(ReadOnlyMemory<byte> bytes)
    {
        (SafetensorsHeader header, ReadOnlyMemory<byte> data) = Parse(bytes);
        return header.Entries.ToDictionary(pair => pair.Key, pair =>
        {
            SafetensorsEntry entry = pair.Value;
            Tensor tensor = empty(entry.Shape, entry.Type, CPU);
            TensorMemory.CopyFrom(tensor, data.Span[(int)entry.Start..(int)entry.End]);
            return tensor;
        });
    }

    /// <summary>The metadata of a safetensors file in memory.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.CorruptArtifact"/>.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(ReadOnlyMemory<byte> bytes) => Parse(bytes).Header.Metadata;

    /// <summary>The shape of a tensor, without reading it.</summary>
    public IReadOnlyList<long> Shape(string name) => Entry(name).Shape;

    /// <summary>The element type of a tensor, without reading it.</summary>
    public ScalarType Type(string name) => Entry(name).Type;

    /// <summary>One tensor on the CPU, in the file's type, owned by the caller.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/> when the file has no such tensor.</exception>
    public Tensor Read(string name)
    {
        SafetensorsEntry entry = Entry(name);
        Tensor tensor = empty(entry.Shape, entry.Type, CPU);
        ReadInto(name, tensor);
        return tensor;
    }

    /// <summary>
    /// Fills a contiguous tensor, on any device and of any type, with one of the file's, a part at a time: the host holds one part of what
    /// must be converted or moved, and the file's pages are given back as they were read.
    /// </summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/> when the file has no such tensor.</exception>
    public void ReadInto(string name, Tensor target)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        SafetensorsEntry entry = Entry(name);
        TensorMemory.Fill(target, entry.Type, _data + entry.Start, entry.End - entry.Start);
        MappedPages.GiveBack(_data + entry.Start, entry.End - entry.Start);
    }

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file.Dispose();
        }
    }

    private static (SafetensorsHeader Header, ReadOnlyMemory<byte> Data) Parse(ReadOnlyMemory<byte> bytes)
    {
        const string origin = "a checkpoint";
        int headerLength = SafetensorsHeader.ReadLength(bytes.Span, bytes.Length, ErrorCodes.CorruptArtifact, origin);
        ReadOnlyMemory<byte> data = bytes[(SafetensorsHeader.PrefixLength + headerLength)..];
        ReadOnlyMemory<byte> header = bytes.Slice(SafetensorsHeader.PrefixLength, headerLength);
        return (new SafetensorsHeader(header, data.Length, ErrorCodes.CorruptArtifact, origin), data);
    }

    private SafetensorsEntry Entry(string name) => _header.Entries.TryGetValue(name, out SafetensorsEntry? entry)
        ? entry
        : throw new RenderFarmException(ErrorCodes.InvalidModel, $"the model's weights have no tensor '{name}'");
}
