using RenderFarm.Diffusion.Models.Wan.Vae;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Errors;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tests.Models.Wan.Vae;

/// <summary>Frames in tiles.</summary>
[Collection(nameof(TensorAccounting))]
public sealed class WanVaeTilingTests
{
    private const int Size = 26;
    private const int Overlap = 8;

    /// <summary>Latent columns of a frame of two tiles; the first ends where the second has had <see cref="Overlap"/> columns.</summary>
    private const long Columns = 2 * Size - Overlap;

    private static readonly WanVaeTiling Tiling = new() { Size = Size, Overlap = Overlap, AbovePixels = 0 };

    [Fact]
    public void Cut_OfAnyLength_CoversItWithSpansWhoseWeightsAddUpToOne()
    {
        using IDisposable pause = CollectionPause.Begin();
        foreach ((int size, int overlap) in new[] { (3, 1), (6, 2), (12, 3), (64, 16), (10, 3) })
        {
            for (int cells = 1; cells < 5 * size; cells += 1 + size / 7)
            {
                using IDisposable scope = NewDisposeScope();
                TileSpan[] spans = TileSpan.Cut(cells, size, overlap);
                Assert.All(spans, span => Assert.InRange(span.Length, 1, size));
                Assert.Equal(cells, spans[^1].Start + spans[^1].Length);
                for (int i = 1; i < spans.Length; i++)
                {
                    Assert.Equal(overlap, spans[i - 1].Start + spans[i - 1].Length - spans[i].Start);
                    Assert.True(i < 2 || spans[i].Start >= spans[i - 2].Start + spans[i - 2].Length, "three spans meet");
                }

                Tensor sum = zeros(8 * cells);
                foreach (TileSpan span in spans)
                {
                    Tensor weights = span.Weights(8, CPU);
                    span.Of(sum, 0, 8).add_(weights);

                    // The ramp takes half of the overlap: no weight changes by more from one pixel to the next, nor begins with more.
                    double step = 2.0 / (8 * overlap) + 1e-6;
                    Assert.InRange(spans.Length == 1 ? 0 : weights.diff(dim: 0).abs().max().item<float>(), 0, step);
                    Assert.True(span.Before == 0 || weights[0].item<float>() <= step);
                    Assert.True(span.After == 0 || weights[-1].item<float>() <= step);
                }

                Assert.InRange((sum - 1).abs().max().item<float>(), 0, 1e-6);
            }
        }
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(8, 0)]
    [InlineData(8, 3)]
    public void Build_WithATilingThatDoesNotHold_SaysWhatIsAllowed(int size, int overlap)
    {
        var tiling = new WanVaeTiling { Size = size, Overlap = overlap };
        RenderFarmException fault = Assert.Throws<RenderFarmException>(() => GoldenVae.Open(GoldenVae.Wan21, tiling));
        Assert.Equal(ErrorCodes.InvalidSpec, fault.Code);
    }

    [Fact]
    public void Cut_AFrameOfTheLimit_IsOneTile()
    {
        Assert.Single(Tile.Cut(90, 160, 8, WanVaeTiling.Automatic));
        Assert.Equal(6, Tile.Cut(91, 160, 8, WanVaeTiling.Automatic).Length);
        Assert.Single(Tile.Cut(900, 1600, 8, null));
    }

    /// <summary>
    /// Without the attention, which sees the whole frame, an output pixel depends on latents in reach of the convolutions only. Pixels that
    /// lie farther than that from where their tile was cut come out as if it had not been.
    /// </summary>
    [Theory]
    [MemberData(nameof(GoldenVae.Both), MemberType = typeof(GoldenVae))]
    public void Decode_BeyondReachOfTheCut_IsAsWithoutTiles(string name)
    {
        using IDisposable pause = CollectionPause.Begin();
        using WanVae whole = Muted(name, null), tiled = Muted(name, Tiling);
        using IDisposable scope = NewDisposeScope();
        Tensor difference = Columnwise(Decode(whole, 2) - Decode(tiled, 2));
        long far = (Size - DecoderReach(whole.Config)) * whole.Config.SpatialStride;
        Assert.InRange(far, 1, long.MaxValue);
        Assert.InRange(difference.narrow(0, 0, far).max().item<float>(), 0, 2e-5);
        Assert.InRange(difference.narrow(0, difference.shape[0] - far, far).max().item<float>(), 0, 2e-5);

        // The cut itself is felt, or this test could not fail.
        Assert.True(difference.max().item<float>() > 1e-3);
    }

    [Theory]
    [MemberData(nameof(GoldenVae.Both), MemberType = typeof(GoldenVae))]
    public void Encode_BeyondReachOfTheCut_IsAsWithoutTiles(string name)
    {
        using IDisposable pause = CollectionPause.Begin();
        using WanVae whole = Muted(name, null), tiled = Muted(name, Tiling);
        using IDisposable scope = NewDisposeScope();
        long stride = whole.Config.SpatialStride;
        Tensor frames = rand([1, 3, 5, 2 * stride, Columns * stride]) * 2 - 1;
        Tensor difference = Columnwise(whole.EncodeMoments(frames) - tiled.EncodeMoments(frames));
        long far = Size - EncoderReach(whole.Config);
        Assert.InRange(far, 1, long.MaxValue);
        Assert.InRange(difference.narrow(0, 0, far).max().item<float>(), 0, 2e-5);
        Assert.InRange(difference.narrow(0, Columns - far, far).max().item<float>(), 0, 2e-5);
        Assert.True(difference.max().item<float>() > 1e-4);
    }

    /// <summary>With the attention, of random weights too, nothing stays the same but all stays near: by 4 % of the contrast on average.</summary>
    [Theory]
    [MemberData(nameof(GoldenVae.Both), MemberType = typeof(GoldenVae))]
    public void Decode_InTiles_IsNearAndShowsNoSeam(string name)
    {
        using IDisposable pause = CollectionPause.Begin();
        using WanVae whole = GoldenVae.Open(name), tiled = GoldenVae.Open(name, Tiling);
        using IDisposable scope = NewDisposeScope();
        Tensor expected = Decode(whole, 12), actual = Decode(tiled, 12);
        Assert.InRange((expected - actual).abs().mean().item<float>() / expected.std().item<float>(), 0, 0.1);

        // Steps from one latent cell's last column to the next one's first, where the tiles begin and end, and elsewhere.
        long stride = whole.Config.SpatialStride;
        float[] steps = [.. Enumerable.Range(1, (int)Columns - 1).Select(cell =>
            (actual.narrow(4, cell * stride, 1) - actual.narrow(4, cell * stride - 1, 1)).abs().mean().item<float>())];
        float seam = Math.Max(steps[Columns - Size - 1], steps[Size - 1]);
        float within = steps.Where((_, i) => i != Columns - Size - 1 && i != Size - 1).Max();
        Assert.True(seam <= within, $"{seam} at the seams, {within} within");
    }

    [Theory]
    [MemberData(nameof(GoldenVae.Both), MemberType = typeof(GoldenVae))]
    public void Encode_InTiles_IsNear(string name)
    {
        using IDisposable pause = CollectionPause.Begin();
        using WanVae whole = GoldenVae.Open(name), tiled = GoldenVae.Open(name, Tiling);
        using IDisposable scope = NewDisposeScope();
        long stride = whole.Config.SpatialStride;
        Tensor frames = rand([1, 3, 5, 4 * stride, Columns * stride]) * 2 - 1;
        Tensor expected = whole.Encode(frames), actual = tiled.Encode(frames);
        Assert.Equal(expected.shape, actual.shape);
        Assert.InRange((expected - actual).abs().mean().item<float>() / expected.std().item<float>(), 0, 0.1);
    }

    private static WanVae Muted(string name, WanVaeTiling? tiling)
    {
        using var weights = new WithoutAttention(GoldenVae.Weights(name));
        return GoldenVae.Open(name, weights, tiling);
    }

    private static Tensor Decode(WanVae vae, long rows)
    {
        using var generator = new Generator(5);
        using WanVaeDecoder stream = vae.CreateStream();
        return stream.Decode(randn([1, vae.Config.LatentChannels, 2, rows, Columns], generator: generator));
    }

    /// <summary>The largest absolute value of each column.</summary>
    private static Tensor Columnwise(Tensor values) => values.abs().amax([0, 1, 2, 3]);

    /// <summary>
    /// Latent cells that a pixel of the decoder may depend on, to one side: a 3x3 convolution reaches one place of its level. There are two
    /// in each residual block, two such blocks in the middle and one more a level than the encoder has, one at either end, and one after
    /// each step up, which sees places of the level below it.
    /// </summary>
    private static long DecoderReach(WanVaeConfig config)
    {
        double reach = 1 + 2 * 2;
        for (int level = 0; level < config.Multiples.Count; level++)
        {
            reach += 2.0 * (config.ResidualBlocks + 1) / (1 << level);
            reach += 1.0 / (1 << Math.Min(level + 1, config.Multiples.Count - 1));
        }

        return (long)Math.Ceiling(reach);
    }

    /// <summary>The same of a latent cell of the encoder, in cells.</summary>
    private static long EncoderReach(WanVaeConfig config)
    {
        int deep = config.Multiples.Count - 1;
        double reach = 1.0 / (1 << deep) + 2 * 2 + 1;
        for (int level = 0; level <= deep; level++)
        {
            reach += (2.0 * config.ResidualBlocks + (level < deep ? 2 : 0)) / (1 << (deep - level));
        }

        return (long)Math.Ceiling(reach);
    }
}
