using RenderFarm.Diffusion.Models.Wan.Transformer;
using RenderFarm.Diffusion.Sampling;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Errors;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tests.Models.Wan.Transformer;

/// <summary>Trajectories of a tiny transformer, with guidance in two passes of one row.</summary>
[Collection(nameof(TensorAccounting))]
public sealed class ResidualCacheTests
{
    private const int Steps = 10;

    /// <summary>Embeddings of neighbouring steps are far apart where the weights are random: by about their own size.</summary>
    private const double Threshold = 2;

    private readonly string _folder = GoldenTransformer.Folder("transformer_t2v");

    [Fact]
    public void Forward_WithThresholdZero_EqualsNoCacheBitForBit()
    {
        using IDisposable scope = NewDisposeScope();
        using var cache = new ResidualCache(0);
        (Tensor latents, bool[] reused) = Run(cache);
        Assert.DoesNotContain(true, reused);
        Assert.True(latents.equal(Run(cache: null).Latents).all().item<bool>());
    }

    [Fact]
    public void Forward_WithAThreshold_SkipsStepsBetweenFirstAndLastAndStaysNear()
    {
        using IDisposable scope = NewDisposeScope();
        using var cache = new ResidualCache(Threshold);
        (Tensor latents, bool[] reused) = Run(cache);
        Assert.InRange(reused.Count(step => step), 3, Steps - 3);
        Assert.False(reused[0]);
        Assert.False(reused[^1]);
        Tensor exact = Run(cache: null).Latents;
        double error = ((latents - exact).square().mean().sqrt() / exact.square().mean().sqrt()).item<float>();
        Assert.True(error is > 1e-6 and < 0.1, $"{error}, of {reused.Count(step => step)} steps reused");
    }

    [Fact]
    public void Begin_OfAHigherThreshold_ReusesMore()
    {
        using IDisposable scope = NewDisposeScope();
        using WanTransformer transformer = GoldenTransformer.Load(_folder);
        int[] counts =
        [
            .. new[] { 0, Threshold * 0.75, Threshold * 2, 100 }.Select(threshold =>
            {
                using var cache = new ResidualCache(threshold);
                using var sampler = new FlowMatchEulerSampler(Steps, 3);
                return Enumerable.Range(0, Steps).Count(step =>
                {
                    cache.Begin(transformer, sampler.Timestep(step), step == Steps - 1);
                    return cache.Reuses;
                });
            })
        ];
        Assert.Equal(counts.Order(), counts);
        Assert.Equal(0, counts[0]);
        Assert.True(counts[1] < counts[2]);
        Assert.Equal(Steps - 2, counts[3]);
    }

    [Fact]
    public void Restore_MidWay_GoesOnBitForBit()
    {
        using IDisposable scope = NewDisposeScope();
        using var undisturbed = new ResidualCache(Threshold);
        (Tensor expected, bool[] reused) = Run(undisturbed);
        foreach (int step in new[] { 0, 1, 2, 5, Steps - 1 })
        {
            using var cache = new ResidualCache(Threshold);
            (Tensor latents, bool[] reusedToo) = Run(cache, saveAt: step);
            Assert.Equal(reused, reusedToo);
            Assert.True(expected.equal(latents).all().item<bool>(), $"restored before step {step}");
        }
    }

    [Fact]
    public void Forward_OfBothRowsAtOnce_IsNearTwoPasses()
    {
        using IDisposable scope = NewDisposeScope();
        using ResidualCache apart = new(Threshold), together = new(Threshold);
        Golden.AssertNear(Run(apart).Latents, Run(together, together: true).Latents, 1e-4, "latents");
    }

    [Fact]
    public void Forward_OfARowThatHasNoResidual_ComputesIt()
    {
        using IDisposable scope = NewDisposeScope();
        using WanTransformer transformer = GoldenTransformer.Load(_folder);
        using Golden golden = Golden.Open(_folder);
        using WanContext context = transformer.Prepare(golden.Read("even.encoder_hidden_states"));
        Tensor latents = golden.Read("even.hidden_states"), timesteps = full([1], 500f);
        using var cache = new ResidualCache(100);
        cache.Begin(transformer, 500, last: false);
        transformer.Forward(latents, timesteps, context, cache: cache);
        cache.Begin(transformer, 499, last: false);
        Assert.True(cache.Reuses);
        Tensor expected = transformer.Forward(latents, timesteps, context);
        Assert.True(expected.equal(transformer.Forward(latents, timesteps, context, cache: cache, firstRow: 1)).all().item<bool>());
    }

    [Fact]
    public void Restore_OfAnotherState_IsRefused()
    {
        using IDisposable scope = NewDisposeScope();
        using var cache = new ResidualCache(Threshold);
        RenderFarmException exception = Assert.Throws<RenderFarmException>(
            () => cache.Restore(new Dictionary<string, Tensor> { ["residual.0"] = ones(1) }, CPU));
        Assert.Equal(ErrorCodes.CorruptArtifact, exception.Code);
    }

    [Fact]
    public void Dispose_AfterARun_LeavesNoTensor()
    {
        TensorAccounting.Settle();
        long before = TensorAccounting.Live();
        using (NewDisposeScope())
        {
            using var cache = new ResidualCache(Threshold);
            Run(cache, saveAt: Steps / 2);
        }

        Assert.Equal(before, TensorAccounting.Live());
    }

    private (Tensor Latents, bool[] Reused) Run(ResidualCache? cache, int saveAt = -1, bool together = false)
    {
        using IDisposable pause = CollectionPause.Begin();
        using WanTransformer transformer = GoldenTransformer.Load(_folder);
        using Golden golden = Golden.Open(_folder);
        using var sampler = new FlowMatchEulerSampler(Steps, 3);
        Tensor text = golden.Read("even.encoder_hidden_states"), none = zeros_like(text);
        using WanContext prompt = transformer.Prepare(text), empty = transformer.Prepare(none), both = transformer.Prepare(cat([text, none]));
        Tensor latents = golden.Read("even.hidden_states");
        bool[] reused = new bool[Steps];
        for (int step = 0; step < Steps; step++)
        {
            if (step == saveAt)
            {
                // Through bytes, as a checkpoint does.
                byte[] saved = SafetensorsWriter.ToBytes(cache!.Save());
                cache.Dispose();
                cache.Restore(SafetensorsFile.ReadAll(saved), CPU);
            }

            float timestep = sampler.Timestep(step);
            cache?.Begin(transformer, timestep, last: step == Steps - 1);
            reused[step] = cache?.Reuses ?? false;
            Tensor with, without;
            if (together)
            {
                Tensor velocities = transformer.Forward(latents.repeat(2, 1, 1, 1, 1), full([2], timestep), both, cache: cache);
                (with, without) = (velocities.narrow(0, 0, 1), velocities.narrow(0, 1, 1));
            }
            else
            {
                with = transformer.Forward(latents, full([1], timestep), prompt, cache: cache);
                without = transformer.Forward(latents, full([1], timestep), empty, cache: cache, firstRow: 1);
            }

            latents = sampler.Step(step, without + (with - without) * 2, latents);
        }

        return (latents, reused);
    }
}
