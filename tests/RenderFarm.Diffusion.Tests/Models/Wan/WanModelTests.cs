using RenderFarm.Diffusion.Models;
using RenderFarm.Diffusion.Models.Wan;
using RenderFarm.Diffusion.Noise;
using RenderFarm.Diffusion.Plans;
using RenderFarm.Diffusion.Windows;
using RenderFarm.Errors;
using RenderFarm.Jobs;
using RenderFarm.Plans;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tests.Models.Wan;

[Collection(nameof(TensorAccounting))]
public class WanModelTests
{
    [Fact]
    public void Denoise_NetworksTakeTurns_GivesTheSameBitsAsWithRoomForAll()
    {
        using IDisposable scope = NewDisposeScope();
        using TinyPipeline pipeline = new("pipeline_ti2v");
        JobSpec spec = Spec(pipeline) with { Seconds = 8, Size = new FrameSize(64, 32), Steps = 2 };
        using WanModel roomy = Load(pipeline, long.MaxValue), narrow = Load(pipeline, 1_200_000);
        RenderPlan plan = RenderPlanner.Plan(spec, TestModels.Shots("a fox runs", "a fox sleeps"), roomy.Descriptor);
        Assert.True(plan.Windows.Count > 1);
        Tensor expected = Film(roomy), actual = Film(narrow);
        Assert.True(expected.equal(actual).all().item<bool>());
        Assert.True(expected.isfinite().all().item<bool>());

        // The transformer comes in between, and the VAE goes for it.
        using ILatentDecoder whole = roomy.CreateDecoder(), interrupted = narrow.CreateDecoder();
        Tensor film = whole.Decode(expected.narrow(1, 0, 6));
        Tensor first = interrupted.Decode(actual.narrow(1, 0, 2));
        using Conditioning text = narrow.EncodeText("a fox", "");
        narrow.Predict(expected.narrow(1, 0, 2), tensor(new[] { 500f, 500f }), text, 2, 1).Dispose();
        Assert.True(film.equal(cat([first, interrupted.Decode(actual.narrow(1, 2, 4))])).all().item<bool>());

        Tensor Film(WanModel model) => new TimelineDenoiser(model).Denoise(plan, cancellationToken: TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Predict_GuidanceInTwoPasses_IsNearThatInOneBatch()
    {
        using IDisposable scope = NewDisposeScope();
        using TinyPipeline pipeline = new("pipeline_t2v");
        using WanModel together = Load(pipeline, long.MaxValue), apart = Load(pipeline, 1);
        Tensor latents = new NoiseField(5, 16, 8, 8).Window(0, 3), timesteps = full([3], 700f);
        using Conditioning one = together.EncodeText("a fox", "blurry"), two = apart.EncodeText("a fox", "blurry");
        Tensor batched = together.Predict(latents, timesteps, one, 5, 1), separate = apart.Predict(latents, timesteps, two, 5, 1);
        Golden.AssertNear(batched, separate, 1e-4, "two passes");
        Assert.False(batched.equal(together.Predict(latents, timesteps, one, 1, 1)).all().item<bool>());
    }

    [Fact]
    public void Denoise_WithAResidualCache_GoesOnFromSavedStateBitForBit()
    {
        using IDisposable scope = NewDisposeScope();
        using TinyPipeline pipeline = new("pipeline_t2v");
        using WanModel model = Load(pipeline, long.MaxValue);
        var conditions = new WindowConditions { Caption = "a fox", ResidualCache = 0.9, LastTimestep = 100 };
        Tensor latents = new NoiseField(5, 16, 4, 4).Window(0, 2);
        using Conditioning whole = model.Condition(conditions), before = model.Condition(conditions), after = model.Condition(conditions);
        Step(whole, 900);
        Step(before, 900);
        IReadOnlyDictionary<string, Tensor> state = before.Save();
        Assert.NotEmpty(state);
        after.Restore(state);
        Tensor expected = Step(whole, 880), actual = Step(after, 880);
        Assert.True(expected.equal(actual).all().item<bool>());
        using Conditioning fresh = model.Condition(conditions with { ResidualCache = 0 });
        Assert.False(expected.equal(Step(fresh, 880)).all().item<bool>(), "the step was computed, not taken from the cache");

        Tensor Step(Conditioning conditioning, float timestep) => model.Predict(latents, full([2], timestep), conditioning, 3, 1);
    }

    [Fact]
    public void Condition_ImageToVideoWithoutAPicture_IsRefused()
    {
        using TinyPipeline pipeline = new("pipeline_i2v");
        WanLayout layout = WanLayout.Read(pipeline.Folder);
        using var model = new WanModel(WanFolder.Describe(layout), layout, CPU, new DeviceLimits(long.MaxValue, ScalarType.Float32));
        RenderFarmException exception = Assert.Throws<RenderFarmException>(() => model.EncodeText("a fox", ""));
        Assert.Contains("start image", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Predict_ManySteps_LeaksNoTensor()
    {
        using TinyPipeline pipeline = new("pipeline_t2v");
        using WanModel model = Load(pipeline, long.MaxValue);
        using Tensor latents = new NoiseField(5, 16, 4, 4).Window(0, 2);
        Run(2);
        TensorAccounting.Settle();
        long before = TensorAccounting.Live();
        Run(20);
        Assert.Equal(before, TensorAccounting.Live());

        void Run(int steps)
        {
            using Conditioning text = model.Condition(new WindowConditions { Caption = "a fox", ResidualCache = 0.2 });
            for (int i = 0; i < steps; i++)
            {
                using Tensor timesteps = full([2], 900f - i);
                model.Predict(latents, timesteps, text, 3, 1).Dispose();
            }
        }
    }

    private static JobSpec Spec(TinyPipeline pipeline) => new() { Prompt = "a fox", Model = Path.GetFileName(pipeline.Folder), Seed = 3 };

    private static WanModel Load(TinyPipeline pipeline, long memory) =>
        new(WanFolder.Inspect(pipeline.Folder), pipeline.Folder, CPU, new DeviceLimits(memory, ScalarType.Float32));
}
