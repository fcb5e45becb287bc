using System.Text.Json.Nodes;
using RenderFarm.Diffusion.Models;
using RenderFarm.Diffusion.Models.Wan;
using RenderFarm.Diffusion.Models.Wan.Transformer;
using RenderFarm.Diffusion.Models.Wan.Vae;
using RenderFarm.Diffusion.Sampling;
using RenderFarm.Diffusion.Windows;
using RenderFarm.Jobs;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tests.Models.Wan;

/// <summary>Whole pipelines, from encoded text to frames, beside the reference's: every step of every case.</summary>
[Collection(nameof(TensorAccounting))]
public class GoldenPipelineTests
{
    private const double LatentTolerance = 2e-4;
    private const double FrameTolerance = 5e-4;

    public static TheoryData<string> Pipelines =>
        [.. Golden.Folders("WanPipeline", "WanPipeline (expand_timesteps)", "WanImageToVideoPipeline").Select(folder => Path.GetRelativePath(Golden.Root, folder))];

    [Theory]
    [MemberData(nameof(Pipelines))]
    public void Predict_GoldenPipeline_IsFollowedStepByStepToTheFrames(string folder)
    {
        using Golden golden = Golden.Open(Path.Combine(Golden.Root, folder));
        foreach (JsonObject @case in golden.Cases)
        {
            using IDisposable scope = NewDisposeScope();
            using IDisposable gradients = no_grad();
            Follow(golden, @case);
        }
    }

    private static void Follow(Golden golden, JsonObject @case)
    {
        string name = $"{Path.GetFileName(golden.Folder)}/{@case["name"]}";
        double? boundary = @case["boundary_ratio"]?.GetValue<double>();
        WanLayout layout = WanLayout.Read(golden.Folder) with
        {
            Boundary = boundary,
            LowNoiseTransformer = boundary is null ? null : WanTransformerConfig.Read(Path.Combine(golden.Folder, "transformer_2", "config.json")),
        };
        using var model = new WanModel(WanFolder.Describe(layout), layout, CPU, new DeviceLimits(long.MaxValue, ScalarType.Float32));
        bool hasImage = layout.TakesClip || @case["image_conditioned"]?.GetValue<bool>() == true;
        Tensor? image = hasImage ? (golden.Read(@case, "image")[0] * 2) - 1 : null;
        Tensor latents = golden.Read(@case, "initial_latents")[0];
        Tensor? clean = hasImage && !layout.TakesClip ? model.EncodeFrames(image!.unsqueeze(1)) : null;
        int[] known = clean is null ? [] : [0];
        if (clean is not null)
        {
            Golden.AssertNear(golden.Read(@case, "condition")[0], clean, LatentTolerance, $"{name}: the encoded image");
        }

        int length = (int)latents.shape[1];
        using WanConditioning conditions = model.Condition(
            cat([golden.Read(@case, "negative_prompt_embeds"), golden.Read(@case, "prompt_embeds")]),
            new WindowConditions
            {
                Caption = "",
                Length = length,
                StartImage = image,
                CleanPositions = hasImage ? [0] : [],
                BeginsWithImage = hasImage,
                LowNoiseGuidance = @case["guidance_scale_2"]?.GetValue<double>(),
            },
            golden.Has("image_embeds") ? golden.Read(@case, "image_embeds") : null);
        if (layout.TakesClip)
        {
            Golden.AssertNear(golden.Read(@case, "condition")[0], conditions.Clip!, LatentTolerance, $"{name}: mask and clip");
        }

        using ISampler sampler = SamplerOf(@case);
        double guidance = @case["guidance_scale"]!.GetValue<double>();
        for (int step = 0; step < sampler.Steps; step++)
        {
            Impose(latents);
            Tensor timesteps = CleanFrames.Timesteps(sampler.Timestep(step), length, known);
            (Tensor? without, Tensor with) = model.PredictBoth(latents, timesteps, conditions, isGuided: true, spacing: 1);
            Golden.AssertNear(golden.Read(@case, "noise_pred_cond")[step][0], with, LatentTolerance, $"{name}: step {step} with the caption");
            Golden.AssertNear(golden.Read(@case, "noise_pred_uncond")[step][0], without!, LatentTolerance, $"{name}: step {step} without the caption");
            latents = sampler.Step(step, model.Predict(latents, timesteps, conditions, guidance, spacing: 1), latents);
            long from = known.Length;
            Golden.AssertNear(
                golden.Read(@case, "latents")[step][0].slice(1, from, length, 1), latents.slice(1, from, length, 1), LatentTolerance, $"{name}: step {step}");
        }

        Impose(latents);
        using var vae = new WanVae(layout.Vae, new RenderFarm.Diffusion.Weights.WeightSet(layout.OpenVae(), CPU, ScalarType.Float32));
        using WanVaeDecoder decoder = vae.CreateStream();
        Golden.AssertNear(golden.Read(@case, "decoded"), decoder.Decode(latents.unsqueeze(0)), FrameTolerance, $"{name}: frames");

        void Impose(Tensor latents)
        {
            if (clean is not null)
            {
                CleanFrames.Impose(latents, clean, known);
            }
        }
    }

    private static ISampler SamplerOf(JsonObject @case)
    {
        int steps = @case["num_inference_steps"]!.GetValue<int>();
        double shift = @case["shift"]!.GetValue<double>();
        return @case["scheduler"]!.GetValue<string>() == "FlowMatchEulerDiscreteScheduler"
            ? SamplerFactory.Create(SamplerKind.Euler, steps, shift)
            : SamplerFactory.Create(
                SamplerKind.UniPC, steps, shift, Enum.Parse<UniPCSchedule>(@case["variant"]!.GetValue<string>(), ignoreCase: true));
    }
}
