using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tensors;

/// <summary>Where one tensor lies in a safetensors file.</summary>
/// <param name="Type">Its element type.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Start">First byte, counted from the end of the header.</param>
/// <param name="End">One past its last byte.</param>
internal sealed record SafetensorsEntry(ScalarType Type, long[] Shape, long Start, long End);
