using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tensors;

/// <summary>Copies between a tensor's memory and bytes.</summary>
internal static class TensorMemory
{
    /// <summary>A span of one tensor's bytes cannot be longer than an int; larger tensors are done in parts of this many elements.</summary>
    private const long Part = 1 << 26;

    /// <summary>
    /// Elements that are converted or moved at a time: so few that the next tensor does not settle in the place of a part, and the next
    /// part finds it free.
    /// </summary>
    private const long ConvertedPart = 1 << 20;

    public static void CopyTo(Tensor tensor, Span<byte> bytes)
    {
        using Tensor flat = Flat(tensor);
        if (flat.numel() > 0)
        {
            flat.bytes.CopyTo(bytes);
        }
    }

    public static void CopyTo(Tensor tensor, Stream stream)
    {
        using Tensor flat = Flat(tensor);
        for (long start = 0; start < flat.numel(); start += Part)
        {
            using Tensor part = flat.narrow(0, start, Math.Min(Part, flat.numel() - start));
            stream.Write(part.bytes);
        }
    }

    /// <summary>Fills a contiguous tensor on the CPU.</summary>
    public static void CopyFrom(Tensor tensor, ReadOnlySpan<byte> bytes)
    {
        if (tensor.numel() > 0)
        {
            bytes.CopyTo(tensor.bytes);
        }
    }

    /// <summary>Fills a contiguous tensor on the CPU with <paramref name="length"/> bytes from <paramref name="source"/> on.</summary>
    public static unsafe void CopyFrom(Tensor tensor, byte* source, long length)
    {
        using Tensor flat = tensor.view(-1);
        long size = flat.numel() == 0 ? 1 : length / flat.numel();
        for (long start = 0; start < flat.numel(); start += Part)
        {
            using Tensor part = flat.narrow(0, start, Math.Min(Part, flat.numel() - start));
            new ReadOnlySpan<byte>(source + start * size, checked((int)(part.numel() * size))).CopyTo(part.bytes);
        }
    }

    /// <summary>Fills a contiguous tensor on any device, of any type, with <paramref name="length"/> bytes of elements of a type.</summary>
    public static unsafe void Fill(Tensor target, ScalarType type, byte* source, long length)
    {
        if (target.dtype == type && target.device.type == TorchSharp.DeviceType.CPU)
        {
            CopyFrom(target, source, length);
            return;
        }

        using Tensor flat = target.view(-1);
        long size = flat.numel() == 0 ? 1 : length / flat.numel();
        for (long start = 0; start < flat.numel(); start += ConvertedPart)
        {
            long count = Math.Min(ConvertedPart, flat.numel() - start);
            using Tensor part = empty([count], type, CPU), place = flat.narrow(0, start, count);
            CopyFrom(part, source + (start * size), count * size);
            place.copy_(part);
        }
    }

    private static Tensor Flat(Tensor tensor)
    {
        using IDisposable scope = NewDisposeScope();
        return tensor.detach().cpu().contiguous().view(-1).MoveToOuterDisposeScope();
    }
}
