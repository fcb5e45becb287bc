using RenderFarm.Diffusion.Weights;
using RenderFarm.Errors;
using TorchSharp;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Text;

/// <summary>
/// Wan's text encoder: UMT5's encoder half (arXiv 2304.09151), whose every block has its own table of relative positions.
/// </summary>
/// <remarks>
/// Matrix products run in the weights' <see cref="WeightSet.Compute"/>, which is float32 or bfloat16 and never float16: T5's residual
/// stream and feed-forward outgrow float16's largest number and come out as infinities. A checkpoint stored in float16 is therefore
/// up-cast while it is read. The residual stream, norms and attention scores are float32 in either case: they are small beside the
/// weights, and a stream that grows to thousands would lose later blocks' contributions in bfloat16's eight bits.
/// </remarks>
public sealed class Umt5Encoder : IDisposable
{
    private readonly Umt5Config config;
    private readonly WeightSet weights;
    private readonly Tensor embedding;
    private readonly Umt5Block[] blocks;
    private readonly Tensor norm;

    /// <param name="config">Its sizes.</param>
    /// <param name="weights">Kept and disposed with the encoder, also when building fails.</param>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/>, naming the tensor and the shape.</exception>
    /// <exception cref="ArgumentException">For weights that compute in float16.</exception>
    public Umt5Encoder(Umt5Config config, WeightSet weights)
    {
        this.config = config;
        this.weights = weights;
        try
        {
            if (weights.Compute is not (ScalarType.Float32 or ScalarType.BFloat16))
            {
                throw new ArgumentException($"UMT5 computes in float32 or bfloat16, not in {weights.Compute}", nameof(weights));
            }

            // Published checkpoints store the one table as shared.weight; a file saved from the encoder alone may have the other name.
            embedding = weights.Take(
                weights.Contains("shared.weight") ? "shared.weight" : "encoder.embed_tokens.weight", config.VocabularySize, config.Width);
            blocks = [.. Enumerable.Range(0, config.Layers).Select(index => new Umt5Block(config, weights, index))];
            norm = weights.TakeFloat("encoder.final_layer_norm.weight", config.Width);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    public Umt5Config Config => config;

    /// <summary>
    /// A prompt's rows as the transformer reads them: float32 [B, L, <see cref="Umt5Config.Width"/>], zero where the mask is 0; owned by
    /// the caller. Only as many positions as the longest text has are computed, for the others have no part in them.
    /// </summary>
    /// <param name="ids">int64 [B, L], L being 512 for Wan.</param>
    /// <param name="mask">int64 [B, L], 1 at tokens and 0 at padding.</param>
    /// <exception cref="ArgumentException">For shapes that differ or ids outside the vocabulary.</exception>
    public Tensor Encode(Tensor ids, Tensor mask)
    {
        using IDisposable gradients = no_grad();
        using IDisposable scope = NewDisposeScope();
        Check(ids, mask);
        long length = ids.shape[1];
        Tensor used = mask.ne(0).any(0).cpu().nonzero();
        long computed = used.numel() == 0 ? 1 : used.max().item<long>() + 1;
        Tensor shortMask = mask.narrow(1, 0, computed);
        Tensor rows = Run(ids.narrow(1, 0, computed), shortMask, null) * shortMask.ne(0).unsqueeze(-1).to(weights.Device);
        return nn.functional.pad(rows, [0, 0, 0, length - computed]).MoveToOuterDisposeScope();
    }

    /// <summary>Encodes tokenized texts, one row of the batch each; see <see cref="Encode(Tensor, Tensor)"/>.</summary>
    public Tensor Encode(params IReadOnlyList<WanTokens> texts)
    {
        using IDisposable scope = NewDisposeScope();
        long[] ids = [.. texts.SelectMany(text => text.Ids)], mask = [.. texts.SelectMany(text => text.Mask)];
        return Encode(tensor(ids).view(texts.Count, -1), tensor(mask).view(texts.Count, -1)).MoveToOuterDisposeScope();
    }

    /// <summary>The last norm's output at all positions, float32 [B, L, <see cref="Umt5Config.Width"/>], owned by the caller.</summary>
    /// <param name="ids">int64 [B, L].</param>
    /// <param name="mask">int64 [B, L], 1 at tokens and 0 at padding.</param>
    /// <param name="trace">Told of each intermediate result; the tensors live until it returns.</param>
    /// <exception cref="ArgumentException">For shapes that differ or ids outside the vocabulary.</exception>
    public Tensor LastHiddenState(Tensor ids, Tensor mask, Action<string, Tensor>? trace = null)
    {
        using IDisposable gradients = no_grad();
        using IDisposable scope = NewDisposeScope();
        Check(ids, mask);
        return Run(ids, mask, trace).MoveToOuterDisposeScope();
    }

    public void Dispose() => weights.Dispose();

    /// <summary>T5's norm: x / sqrt(mean(x^2) + epsilon) * weight over the last dimension, in float32.</summary>
    internal static Tensor RootMeanSquare(Tensor hidden, Tensor weight, double epsilon) =>
        hidden * (hidden.square().mean([-1], keepdim: true) + epsilon).rsqrt() * weight;

    private Tensor Run(Tensor ids, Tensor mask, Action<string, Tensor>? trace)
    {
        long batch = ids.shape[0], length = ids.shape[1];
        Tensor buckets = tensor(RelativePositions.Buckets((int)length, config.Buckets, config.MaxDistance)).to(weights.Device);
        Tensor added = mask.eq(0).to(weights.Device).to_type(ScalarType.Float32).view(batch, 1, 1, length) * float.MinValue;
        Tensor hidden = embedding.index_select(0, ids.to(weights.Device).flatten()).view(batch, length, config.Width).to_type(ScalarType.Float32);
        trace?.Invoke("embedding", hidden);
        for (int i = 0; i < blocks.Length; i++)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor bias = blocks[i].Bias(buckets, length);
            Tensor attended = blocks[i].Attend(hidden, bias, added);
            Tensor next = blocks[i].FeedForward(attended);
            trace?.Invoke($"block.{i}.position_bias", bias);
            trace?.Invoke($"block.{i}.after_attention", attended);
            trace?.Invoke($"block.{i}", next);
            hidden.Dispose();
            hidden = next.MoveToOuterDisposeScope();
        }

        return RootMeanSquare(hidden, norm, config.Epsilon);
    }

    private void Check(Tensor ids, Tensor mask)
    {
        if (ids.dim() != 2 || !ids.shape.SequenceEqual(mask.shape))
        {
            throw new ArgumentException($"ids [{string.Join(", ", ids.shape)}] and mask [{string.Join(", ", mask.shape)}] must be [B, L] both");
        }

        long lowest = ids.min().item<long>(), highest = ids.max().item<long>();
        if (lowest < 0 || highest >= config.VocabularySize)
        {
            throw new ArgumentException($"ids are {lowest} to {highest}; the vocabulary has 0 to {config.VocabularySize - 1}", nameof(ids));
        }
    }
}
