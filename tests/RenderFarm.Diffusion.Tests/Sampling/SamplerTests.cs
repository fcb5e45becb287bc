using System.Text.Json.Nodes;
using RenderFarm.Diffusion.Noise;
using RenderFarm.Diffusion.Sampling;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Jobs;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tests.Sampling;

[Collection(nameof(TensorAccounting))]
public class SamplerTests
{
    [Fact]
    public void Euler_GoldenTrajectories_AreFollowed() => FollowAll(
        "FlowMatchEulerDiscreteScheduler",
        @case => new FlowMatchEulerSampler(@case["num_inference_steps"]!.GetValue<int>(), @case["shift"]!.GetValue<double>()),
        exactTimesteps: false);

    [Fact]
    public void UniPC_GoldenTrajectories_AreFollowed() => FollowAll(
        "UniPCMultistepScheduler",
        @case => new UniPCSampler(
            @case["num_inference_steps"]!.GetValue<int>(),
            @case["flow_shift"]!.GetValue<double>(),
            Enum.Parse<UniPCSchedule>(@case["variant"]!.GetValue<string>(), ignoreCase: true)),
        exactTimesteps: true);

    [Theory]
    [InlineData(SamplerKind.Euler, 1)]
    [InlineData(SamplerKind.UniPC, 1)]
    [InlineData(SamplerKind.UniPC, 2)]
    [InlineData(SamplerKind.Euler, 1000)]
    [InlineData(SamplerKind.UniPC, 1000)]
    public void Step_AnyCount_EndsFiniteAtSigmaZero(SamplerKind kind, int steps)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor latents = Run(kind, steps, shift: 3, saveAt: -1);
        Assert.True(latents.isfinite().all().item<bool>());
        using ISampler sampler = SamplerFactory.Create(kind, steps, 3);
        Assert.Equal(0, sampler.Sigma(steps));
        for (int step = 0; step < steps; step++)
        {
            Assert.True(sampler.Sigma(step) > sampler.Sigma(step + 1));
            Assert.InRange(sampler.Timestep(step), 0, 1000);
        }
    }

    [Theory]
    [InlineData(SamplerKind.Euler)]
    [InlineData(SamplerKind.UniPC)]
    public void Restore_AtAnyStep_GoesOnBitForBit(SamplerKind kind)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor undisturbed = Run(kind, 8, 3, saveAt: -1);
        for (int step = 0; step < 8; step++)
        {
            Assert.True(undisturbed.equal(Run(kind, 8, 3, saveAt: step)).all().item<bool>(), $"restored before step {step}");
        }
    }

    [Theory]
    [InlineData(SamplerKind.Euler)]
    [InlineData(SamplerKind.UniPC)]
    public void Step_OutOfOrder_IsRefused(SamplerKind kind)
    {
        using IDisposable scope = NewDisposeScope();
        using ISampler sampler = SamplerFactory.Create(kind, 2, 3);
        Tensor latents = ones(1, 1, 1, 1);
        Assert.Throws<InvalidOperationException>(() => sampler.Step(1, latents, latents));
        sampler.Step(0, latents, latents);
        sampler.Step(1, latents, latents);
        Assert.Throws<InvalidOperationException>(() => sampler.Step(2, latents, latents));
    }

    [Theory]
    [InlineData(SamplerKind.Euler)]
    [InlineData(SamplerKind.UniPC)]
    public void Step_InsideACallersScope_KeepsItsHistoryAndLeaksNothing(SamplerKind kind)
    {
        TensorAccounting.Settle();
        long before = TensorAccounting.Live();
        using (ISampler sampler = SamplerFactory.Create(kind, 5, 3))
        {
            Tensor latents = new NoiseField(1, 2, 3, 3).Window(0, 4);
            for (int step = 0; step < 5; step++)
            {
                using IDisposable scope = NewDisposeScope();
                Tensor next = sampler.Step(step, Velocity(latents, sampler.Timestep(step)), latents).MoveToOuterDisposeScope();
                latents.Dispose();
                latents = next;
            }

            latents.Dispose();
        }

        Assert.Equal(before, TensorAccounting.Live());
    }

    private static Tensor Run(SamplerKind kind, int steps, double shift, int saveAt)
    {
        ISampler sampler = SamplerFactory.Create(kind, steps, shift);
        Tensor latents = new NoiseField(9, 3, 4, 5).Window(0, 6);
        for (int step = 0; step < steps; step++)
        {
            if (step == saveAt)
            {
                // Through bytes, as a checkpoint does.
                byte[] saved = SafetensorsWriter.ToBytes(sampler.Save());
                sampler.Dispose();
                sampler = SamplerFactory.Create(kind, steps, shift);
                sampler.Restore(step, SafetensorsFile.ReadAll(saved));
            }

            latents = sampler.Step(step, Velocity(latents, sampler.Timestep(step)), latents);
        }

        sampler.Dispose();
        return latents;
    }

    private static void FollowAll(string kind, Func<JsonObject, ISampler> create, bool exactTimesteps)
    {
        foreach (string folder in Golden.Folders(kind))
        {
            using Golden golden = Golden.Open(folder);
            foreach (JsonObject @case in golden.Cases)
            {
                Follow(golden, @case, create(@case), exactTimesteps);
            }
        }
    }

    private static void Follow(Golden golden, JsonObject @case, ISampler sampler, bool exactTimesteps)
    {
        using IDisposable scope = NewDisposeScope();
        string name = $"{Path.GetFileName(golden.Folder)}/{@case["name"]}";
        Tensor samples = golden.Read(@case, "samples");
        Tensor velocities = golden.Read(@case, "model_outputs");
        float[] sigmas = golden.Read(@case, "sigmas").data<float>().ToArray();
        float[] timesteps = golden.Read(@case, "timesteps").to(float32).data<float>().ToArray();
        Tensor latents = golden.Read(@case, "noise");
        Assert.Equal(sampler.Steps + 1, sigmas.Length);
        for (int step = 0; step < sampler.Steps; step++)
        {
            Assert.Equal(sigmas[step], sampler.Sigma(step), 2e-7f);
            Assert.Equal(timesteps[step], sampler.Timestep(step), exactTimesteps ? 0f : 1e-3f);
            Tensor velocity = Velocity(latents, sampler.Timestep(step));
            Golden.AssertNear(velocities[step], velocity, 1e-5, $"{name} velocity {step}");
            latents = sampler.Step(step, velocity, latents);
            Golden.AssertNear(samples[step + 1], latents, 1e-5, $"{name} sample {step}");
        }

        Assert.Equal(0, sampler.Sigma(sampler.Steps));
        sampler.Dispose();
    }

    /// <summary>The model that stands in for one in the reference's trajectories.</summary>
    private static Tensor Velocity(Tensor latents, float timestep) => latents * 0.3f + 0.1f * MathF.Sin(timestep / 100);
}
