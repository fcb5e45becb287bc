using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tensors;

/// <summary>The element types of safetensors files that this code reads and writes.</summary>
internal static class SafetensorsTypes
{
    private static readonly (string Name, ScalarType Type, int Size)[] All =
    [
        ("F64", ScalarType.Float64, 8),
        ("F32", ScalarType.Float32, 4),
        ("F16", ScalarType.Float16, 2),
        ("BF16", ScalarType.BFloat16, 2),
        ("I64", ScalarType.Int64, 8),
        ("I32", ScalarType.Int32, 4),
        ("I16", ScalarType.Int16, 2),
        ("I8", ScalarType.Int8, 1),
        ("U8", ScalarType.Byte, 1),
        ("BOOL", ScalarType.Bool, 1),
    ];

    public static bool TryParse(string name, out ScalarType type, out int size)
    {
        (string? found, type, size) = Array.Find(All, entry => entry.Name == name);
        return found is not null;
    }

    public static (string Name, int Size) Of(ScalarType type)
    {
        (string? name, _, int size) = Array.Find(All, entry => entry.Type == type);
        return name is null ? throw new NotSupportedException($"{type} cannot be written to a safetensors file") : (name, size);
    }
}
