using System.Collections.Concurrent;
using TorchSharp;

namespace RenderFarm.Diffusion.Tensors;

/// <summary>
/// Scalars that live as long as the process. A number that is converted on the fly makes a <see cref="Scalar"/> that nothing holds
/// once its handle has been read, so that a garbage collection during the native call frees it under the call; every scalar
/// operand on a hot path comes from here instead.
/// </summary>
public static class Scalars
{
    private static readonly ConcurrentDictionary<double, Scalar> Known = new();

    /// <summary>The scalar of a number; meant for constants and samplers' coefficients, since none is ever freed.</summary>
    public static Scalar Of(double value) => Known.GetOrAdd(value, static number => number.ToScalar());
}
