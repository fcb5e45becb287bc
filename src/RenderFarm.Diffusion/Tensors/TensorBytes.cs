using RenderFarm.Errors;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tensors;

/// <summary>Tensors as they travel between segments: float32, little-endian, row-major.</summary>
public static class TensorBytes
{
    /// <summary>The values of a float32 tensor on any device.</summary>
    public static byte[] FromTensor(Tensor tensor)
    {
        if (tensor.dtype != ScalarType.Float32)
        {
            throw new ArgumentException($"float32 is expected, not {tensor.dtype}", nameof(tensor));
        }

        byte[] bytes = new byte[checked(tensor.numel() * sizeof(float))];
        using IDisposable scope = NewDisposeScope();
        TensorMemory.CopyTo(tensor, bytes);
        return bytes;
    }

    /// <summary>A new float32 tensor on the CPU, owned by the caller.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.CorruptArtifact"/> when the bytes are not as many as the shape needs.</exception>
    public static Tensor ToTensor(ReadOnlySpan<byte> bytes, params long[] shape)
    {
        long needed = shape.Aggregate((long)sizeof(float), (product, size) => checked(product * size));
        if (bytes.Length != needed)
        {
            throw new RenderFarmException(
                ErrorCodes.CorruptArtifact, $"a tensor [{string.Join(", ", shape)}] has {needed} bytes, not {bytes.Length}");
        }

        Tensor tensor = empty(shape, ScalarType.Float32, CPU);
        TensorMemory.CopyFrom(tensor, bytes);
        return tensor;
    }
}
