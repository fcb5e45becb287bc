using RenderFarm.Diffusion.Weights;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Vae;

/// <summary>A level of Wan 2.2's encoder: residual blocks and the step to the next level, beside a shortcut around all of them.</summary>
/// <param name="blocks">Count of the residual blocks.</param>
/// <param name="last">Whether it is the deepest level, from which no step leads on.</param>
/// <param name="halvesTime">Whether the step halves time too.</param>
internal sealed class DownBlock(WeightSet weights, string name, long inputs, long outputs, long blocks, bool last, bool halvesTime) : IChunkLayer
{
    private readonly ResidualBlock[] _blocks =
        [.. Enumerable.Range(0, (int)blocks).Select(i => new ResidualBlock(weights, $"{name}.resnets.{i}", i == 0 ? inputs : outputs, outputs))];

    private readonly Downsampler? _downsampler = last ? null : new(weights, $"{name}.downsampler", outputs, halvesTime);
    private readonly AverageDown _shortcut = new(outputs, halvesTime ? 2 : 1, last ? 1 : 2);

    public Tensor Forward(Tensor chunk, FeatureCache cache)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor shortcut = _shortcut.Forward(chunk);
        foreach (ResidualBlock block in _blocks)
        {
            chunk = block.Forward(chunk, cache);
        }

        Tensor result = _downsampler is null ? chunk : _downsampler.Forward(chunk, cache);
        return result.add_(shortcut).MoveToOuterDisposeScope();
    }
}
