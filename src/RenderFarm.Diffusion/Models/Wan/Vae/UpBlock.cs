using RenderFarm.Diffusion.Weights;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Vae;

/// <summary>A level of a decoder: residual blocks and the step to the next level.</summary>
/// <param name="blocks">Count of the residual blocks.</param>
/// <param name="upsampler">The step; null on the last level.</param>
/// <param name="shortcut">Leads around all of them (Wan 2.2); null for none.</param>
internal sealed class UpBlock(
    WeightSet weights, string name, long inputs, long outputs, long blocks, Upsampler? upsampler, RepeatUp? shortcut) : IChunkLayer
{
    private readonly ResidualBlock[] _blocks =
        [.. Enumerable.Range(0, (int)blocks).Select(i => new ResidualBlock(weights, $"{name}.resnets.{i}", i == 0 ? inputs : outputs, outputs))];

    public Tensor Forward(Tensor chunk, FeatureCache cache)
    {
        using IDisposable scope = NewDisposeScope();
        using Tensor? input = shortcut is null ? null : chunk.alias();
        foreach (ResidualBlock block in _blocks)
        {
            chunk = block.Forward(chunk, cache);
        }

        Tensor result = upsampler is null ? chunk : upsampler.Forward(chunk, cache);
        return (input is null ? result : result.add_(shortcut!.Forward(input, cache.First))).MoveToOuterDisposeScope();
    }
}
