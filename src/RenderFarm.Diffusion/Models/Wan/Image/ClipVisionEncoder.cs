using RenderFarm.Diffusion.Weights;
using RenderFarm.Errors;
using TorchSharp;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Image;

/// <summary>
/// CLIP's image encoder (arXiv 2103.00020) as Wan 2.1's image-to-video reads it: the tokens before the last block, without a final norm. So
/// the checkpoint's last block, its final norm and its projection are not read. Norms and the residual stream are float32, matrix products
/// in the weights' <see cref="WeightSet.Compute"/>.
/// </summary>
public sealed class ClipVisionEncoder : IDisposable
{
    private readonly ClipVisionConfig config;
    private readonly WeightSet weights;
    private readonly ClipPreprocessing preprocessing;
    private readonly Tensor classToken;
    private readonly Tensor patches;
    private readonly Tensor positions;
    private readonly (Tensor Weight, Tensor Bias) norm;
    private readonly ClipVisionBlock[] blocks;

    /// <param name="config">Its sizes.</param>
    /// <param name="weights">Kept and disposed with the encoder, also when building fails.</param>
    /// <param name="preprocessing">What is done to pictures first; CLIP's own where null.</param>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/>, naming the tensor and the shape.</exception>
    public ClipVisionEncoder(ClipVisionConfig config, WeightSet weights, ClipPreprocessing? preprocessing = null)
    {
        this.config = config;
        this.weights = weights;
        this.preprocessing = preprocessing ?? ClipPreprocessing.Of(config.ImageSize);
        try
        {
            classToken = weights.TakeFloat("vision_model.embeddings.class_embedding", config.Width);
            patches = weights.Take("vision_model.embeddings.patch_embedding.weight", config.Width, 3, config.PatchSize, config.PatchSize);
            positions = weights.TakeFloat("vision_model.embeddings.position_embedding.weight", config.Tokens, config.Width);
            norm = TakeNorm(weights, "vision_model.pre_layrnorm", config.Width);
            blocks = [.. Enumerable.Range(0, config.Layers - 1).Select(index => new ClipVisionBlock(config, weights, index))];
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    public ClipVisionConfig Config => config;

    /// <summary>A picture's tokens, float32 [1, <see cref="ClipVisionConfig.Tokens"/>, <see cref="ClipVisionConfig.Width"/>], owned by the caller.</summary>
    /// <param name="image">float [3, H, W] in [0, 1], on any device.</param>
    public Tensor Encode(Tensor image)
    {
        using IDisposable gradients = no_grad();
        using IDisposable scope = NewDisposeScope();
        return Run(preprocessing.Apply(image.to(weights.Device))).MoveToOuterDisposeScope();
    }

    public void Dispose() => weights.Dispose();

    internal static (Tensor Weight, Tensor Bias) TakeNorm(WeightSet weights, string name, long width) =>
        (weights.TakeFloat(name + ".weight", width), weights.TakeFloat(name + ".bias", width));

    private Tensor Run(Tensor pixels)
    {
        long size = config.PatchSize, side = config.ImageSize / size;
        // A convolution whose stride is its size: one matrix product over the patches' pixels, in the weight's order (colour, row, column).
        Tensor cells = pixels.view(1, 3, side, size, side, size).permute(0, 2, 4, 1, 3, 5).reshape(1, side * side, 3 * size * size);
        Tensor embedded = nn.functional.linear(cells.to_type(patches.dtype), patches.view(config.Width, -1)).to_type(ScalarType.Float32);
        Tensor tokens = cat([classToken.view(1, 1, -1), embedded], 1) + positions;
        Tensor hidden = nn.functional.layer_norm(tokens, [config.Width], norm.Weight, norm.Bias, config.Epsilon);
        foreach (ClipVisionBlock block in blocks)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor next = block.Forward(hidden);
            hidden.Dispose();
            hidden = next.MoveToOuterDisposeScope();
        }

        return hidden;
    }
}
