using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Transformer;

/// <summary>Layer norm without weights, then scale and shift by the timestep (adaLN, arXiv 2212.09748), in 32 bits.</summary>
internal static class ModulatedNorm
{
    /// <param name="tokens">float32, [B, G, n, D]: G groups of n neighbouring tokens that have a timestep together.</param>
    /// <param name="shift">[B, G, 1, D].</param>
    /// <param name="scale">Less 1, [B, G, 1, D].</param>
    /// <param name="epsilon">Of the norm.</param>
    /// <param name="type">Of the result.</param>
    /// <param name="traceNormed">Told the normed tokens before scale and shift.</param>
    public static Tensor Apply(Tensor tokens, Tensor shift, Tensor scale, double epsilon, ScalarType type, Action<Tensor>? traceNormed)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor normed = nn.functional.layer_norm(tokens, [tokens.shape[^1]], eps: epsilon);
        traceNormed?.Invoke(normed);
        return shift.addcmul(normed, scale + 1, 1).to_type(type).MoveToOuterDisposeScope();
    }
}
