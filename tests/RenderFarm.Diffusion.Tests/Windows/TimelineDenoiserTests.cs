using RenderFarm.Diffusion.Models;
using RenderFarm.Diffusion.Noise;
using RenderFarm.Diffusion.Plans;
using RenderFarm.Diffusion.Sampling;
using RenderFarm.Diffusion.Windows;
using RenderFarm.Jobs;
using RenderFarm.Models;
using RenderFarm.Plans;
using RenderFarm.Segments;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tests.Windows;

[Collection(nameof(TensorAccounting))]
public class TimelineDenoiserTests
{
    [Theory]
    [InlineData(SamplerKind.Euler, Blend.Linear)]
    [InlineData(SamplerKind.Euler, Blend.Cut)]
    [InlineData(SamplerKind.Euler, Blend.Pyramid)]
    [InlineData(SamplerKind.UniPC, Blend.Linear)]
    [InlineData(SamplerKind.UniPC, Blend.Cut)]
    [InlineData(SamplerKind.UniPC, Blend.Pyramid)]
    public void Denoise_Parallel_EqualsWindowsThatAgreeBitForBit(SamplerKind sampler, Blend blend)
    {
        using IDisposable scope = NewDisposeScope();
        ModelDescriptor descriptor = TestModels.Small();
        using var model = new ConvolutionModel(descriptor);
        JobSpec spec = TestModels.Job with { Seconds = 13.5, Sampler = sampler, Blend = blend };
        RenderPlan plan = RenderPlanner.Plan(spec, TestModels.Shots("a", "b", "c"), descriptor);
        Assert.Equal(5, plan.Windows.Count);
        var steps = new List<Tensor>();
        Tensor whole = new TimelineDenoiser(model).Denoise(plan, (_, latents) => steps.Add(latents.clone().DetachFromDisposeScope()), TestContext.Current.CancellationToken);

        Tensor[] windows = Windows(plan);
        ISampler[] samplers = [.. plan.Windows.Select(_ => SamplerFactory.Create(plan.Sampler, plan.Steps, plan.Shift))];
        Conditioning[] texts = [.. plan.Windows.Select(window => model.EncodeText(window.Caption, plan.NegativeCaption))];
        for (int step = 0; step < plan.Steps; step++)
        {
            Tensor[] predictions = [.. plan.Windows.Select(window =>
            {
                Tensor timesteps = CleanFrames.Timesteps(samplers[window.Index].Timestep(step), window.Length, []);
                return model.Predict(windows[window.Index], timesteps, texts[window.Index], plan.Guidance, 1);
            })];
            Tensor?[] before = [.. plan.Windows.Select(w => w.OverlapBefore == 0 ? null : Agreement.Offer(predictions[w.Index - 1], plan.Windows[w.Index - 1], HaloSide.After))];
            Tensor?[] after = [.. plan.Windows.Select(w => w.OverlapAfter == 0 ? null : Agreement.Offer(predictions[w.Index + 1], plan.Windows[w.Index + 1], HaloSide.Before))];
            foreach (PlannedWindow window in plan.Windows)
            {
                int i = window.Index;
                Agreement.Apply(predictions[i], plan, i, step, before[i], after[i]);
                windows[i] = samplers[i].Step(step, predictions[i], windows[i]);
                Assert.Equal(0, Difference(windows[i], steps[step].narrow(1, window.Start, window.Length)));
            }
        }

        Assert.True(whole.isfinite().all().item<bool>());
        Assert.Equal(0, Difference(whole, steps[^1]));
        steps.ForEach(step => step.Dispose());
        Array.ForEach(samplers, s => s.Dispose());
        Array.ForEach(texts, text => text.Dispose());
    }

    [Theory]
    [InlineData(SamplerKind.Euler)]
    [InlineData(SamplerKind.UniPC)]
    public void Denoise_Relay_KeepsThePredecessorsLastFrames(SamplerKind sampler)
    {
        using IDisposable scope = NewDisposeScope();
        ModelDescriptor descriptor = TestModels.Small();
        using var model = new ConvolutionModel(descriptor);
        JobSpec spec = TestModels.Job with { Seconds = 13.5, Sampler = sampler, Strategy = Strategy.Relay };
        RenderPlan plan = RenderPlanner.Plan(spec, TestModels.Shots("a", "b", "c"), descriptor);
        var finals = new List<Tensor>();
        Tensor whole = new TimelineDenoiser(model).Denoise(plan, (step, latents) =>
        {
            if (step == plan.Steps - 1)
            {
                finals.Add(latents.clone().DetachFromDisposeScope());
            }
        }, TestContext.Current.CancellationToken);
        Assert.Equal(plan.Windows.Count, finals.Count);
        foreach (PlannedWindow window in plan.Windows)
        {
            Assert.Equal(0, Difference(finals[window.Index], whole.narrow(1, window.Start, window.Length)));
        }

        finals.ForEach(final => final.Dispose());
    }

    /// <summary>Windows apart, each with its own sampler, that agree within their level and take their keyframes from finished windows.</summary>
    [Theory]
    [InlineData(SamplerKind.Euler, Blend.Linear)]
    [InlineData(SamplerKind.UniPC, Blend.Cut)]
    public void Denoise_Anchored_EqualsWindowsThatAgreeAroundFinishedKeyframesBitForBit(SamplerKind sampler, Blend blend)
    {
        using IDisposable scope = NewDisposeScope();
        ModelDescriptor descriptor = TestModels.Small();
        using var model = new ConvolutionModel(descriptor);
        JobSpec spec = TestModels.Job with { Seconds = 60, Sampler = sampler, Blend = blend, Strategy = Strategy.Anchored };
        RenderPlan plan = RenderPlanner.Plan(spec, TestModels.Shots("a", "b"), descriptor);
        Assert.Contains(plan.KeyframeWindows, window => window.OverlapAfter > 0);
        Assert.Contains(plan.KeyframeWindows.Skip(1), window => window.OverlapBefore == 0);
        Tensor whole = new TimelineDenoiser(model).Denoise(plan, cancellationToken: TestContext.Current.CancellationToken);

        Tensor[] windows = new Tensor[plan.Windows.Count];
        DenoiseApart(model, plan, [.. plan.KeyframeWindows], windows);
        DenoiseApart(model, plan, [.. plan.FilmWindows], windows);
        foreach (PlannedWindow window in plan.Windows)
        {
            // The film's own frames, and the keyframes in it.
            Tensor frames = tensor(Enumerable.Range(0, window.Length).Select(i => (long)(window.Start + (i * window.Spacing))).ToArray());
            Assert.Equal(0, Difference(windows[window.Index], whole.index_select(1, frames)));
        }

        Assert.True(whole.isfinite().all().item<bool>());
    }

    [Fact]
    public void Denoise_AnchoredFilmOfOneWindow_EqualsParallel()
    {
        using IDisposable scope = NewDisposeScope();
        ModelDescriptor descriptor = TestModels.Small();
        using var model = new ConvolutionModel(descriptor);
        Tensor Film(Strategy strategy) => new TimelineDenoiser(model).Denoise(
            RenderPlanner.Plan(TestModels.Job with { Seconds = 3, Strategy = strategy }, TestModels.Shots("a"), descriptor));
        Assert.Equal(0, Difference(Film(Strategy.Anchored), Film(Strategy.Parallel)));
    }

    [Fact]
    public void Denoise_ManySteps_LeaksNoTensor()
    {
        TensorAccounting.Settle();
        ModelDescriptor descriptor = TestModels.Small();
        using var model = new ConvolutionModel(descriptor);
        foreach (SamplerKind sampler in Enum.GetValues<SamplerKind>())
        {
            foreach (Strategy strategy in Enum.GetValues<Strategy>())
            {
                long after20 = LiveAfter(20);
                Assert.Equal(after20, LiveAfter(200));

                long LiveAfter(int steps)
                {
                    JobSpec spec = TestModels.Job with { Seconds = 5, Sampler = sampler, Strategy = strategy, Steps = steps };
                    RenderPlan plan = RenderPlanner.Plan(spec, TestModels.Shots("a"), descriptor);
                    new TimelineDenoiser(model).Denoise(plan).Dispose();
                    return TensorAccounting.Live();
                }
            }
        }
    }

    /// <summary>Denoises the windows of one level into <paramref name="windows"/>, where those of the level before are finished.</summary>
    private static void DenoiseApart(ConvolutionModel model, RenderPlan plan, PlannedWindow[] level, Tensor[] windows)
    {
        var noise = new NoiseField(plan.Seed, plan.LatentChannels, plan.LatentHeight, plan.LatentWidth);
        Dictionary<int, ISampler> samplers = level.ToDictionary(w => w.Index, _ => SamplerFactory.Create(plan.Sampler, plan.Steps, plan.Shift));
        foreach (PlannedWindow window in level)
        {
            windows[window.Index] = cat([.. Enumerable.Range(0, window.Length).Select(i => noise.Frame(window.Start + (i * window.Spacing)).unsqueeze(1))], 1);
            ImposeKeyframes(window);
        }

        for (int step = 0; step < plan.Steps; step++)
        {
            Dictionary<int, Tensor> predictions = level.ToDictionary(w => w.Index, window =>
            {
                using Conditioning text = model.EncodeText(window.Caption, plan.NegativeCaption);
                Tensor timesteps = CleanFrames.Timesteps(
                    samplers[window.Index].Timestep(step), window.Length, KnownFrames.Of(plan, window).SelectMany(known => known.Positions));
                return model.Predict(windows[window.Index], timesteps, text, plan.Guidance, window.Spacing);
            });
            Dictionary<int, (Tensor? Before, Tensor? After)> halos = level.ToDictionary(w => w.Index, w => (
                w.OverlapBefore == 0 ? null : Agreement.Offer(predictions[w.Index - 1], plan.Windows[w.Index - 1], HaloSide.After),
                w.OverlapAfter == 0 ? null : Agreement.Offer(predictions[w.Index + 1], plan.Windows[w.Index + 1], HaloSide.Before)));
            foreach (PlannedWindow window in level)
            {
                int i = window.Index;
                Agreement.Apply(predictions[i], plan, i, step, halos[i].Before, halos[i].After);
                windows[i] = samplers[i].Step(step, predictions[i], windows[i]);
                ImposeKeyframes(window);
            }
        }

        foreach (ISampler sampler in samplers.Values)
        {
            sampler.Dispose();
        }

        void ImposeKeyframes(PlannedWindow window)
        {
            foreach (KnownFrames known in KnownFrames.Of(plan, window))
            {
                Tensor clean = windows[known.Source].narrow(1, known.SourceStart, known.Positions.Count);
                CleanFrames.Impose(windows[window.Index], clean, known.Positions);
            }
        }
    }

    private static Tensor[] Windows(RenderPlan plan)
    {
        var noise = new NoiseField(plan.Seed, plan.LatentChannels, plan.LatentHeight, plan.LatentWidth);
        return [.. plan.Windows.Select(window => noise.Window(window.Start, window.Length))];
    }

    private static float Difference(Tensor left, Tensor right) => (left - right).abs().max().item<float>();
}
