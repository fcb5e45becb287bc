using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using RenderFarm.Errors;
using RenderFarm.Jobs;
using RenderFarm.Models;
using RenderFarm.Plans;
using RenderFarm.Storyboards;

namespace RenderFarm.Diffusion.Plans;

/// <summary>Turns what a studio asks for into all that decides the film's latents. Pure: no clock, no device, no chance.</summary>
public static class RenderPlanner
{
    /// <summary>Longest prompt, caption or negative prompt, in characters.</summary>
    public const int MaxPromptLength = 10_000;

    private static readonly string[] Aspects = ["wide", "tall", "square"];

    /// <summary>The plan of a valid spec.</summary>
    /// <param name="spec">With its seed: submission draws one where the studio gave none.</param>
    /// <param name="storyboard">The shots, expanded or the studio's own.</param>
    /// <param name="model">The model that the spec names.</param>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidSpec"/>.</exception>
    public static RenderPlan Plan(JobSpec spec, Storyboard storyboard, ModelDescriptor model)
    {
        Validate(spec, model);
        Validate(storyboard);
        long seed = spec.Seed ?? throw Invalid("seed is missing: submission draws one before a job is planned");
        FrameSize size = SizeOf(spec, model);
        int frames = Math.Max(1, (int)Math.Round(spec.Seconds * model.Fps, MidpointRounding.AwayFromZero));
        int latentFrames = (frames - 1 + model.TemporalStride - 1) / model.TemporalStride + 1;
        Strategy strategy = spec.Strategy ?? model.Strategy;
        bool hasLead = strategy == Strategy.Parallel && (spec.AnchorFrame ?? model.AnchorFrame);
        var windows = new WindowPlanner(storyboard, latentFrames, model.WindowLength, spec.Overlap ?? model.Overlap, lead: hasLead ? 1 : 0);

        return new RenderPlan
        {
            Model = model.Name,
            Size = size,
            Fps = model.Fps,
            Frames = frames,
            LatentFrames = latentFrames,
            LatentChannels = model.LatentChannels,
            LatentHeight = size.Height / model.SpatialStride,
            LatentWidth = size.Width / model.SpatialStride,
            Windows = windows.Plan(strategy),
            Steps = spec.Steps ?? model.Steps,
            Guidance = spec.Guidance ?? model.Guidance,
            Sampler = spec.Sampler ?? model.Sampler,
            Shift = model.Shift,
            Strategy = strategy,
            Blend = spec.Blend ?? model.Blend,
            Seed = seed,
            NegativeCaption = spec.NegativePrompt?.Trim() ?? model.NegativePrompt,
            Schedule = spec.Schedule ?? model.Schedule,
            Noise = spec.Noise ?? model.Noise,
            ResidualCache = spec.ResidualCache ?? 0,
            StartImage = spec.StartImage,

            // A scale of the studio's own is meant for the whole of the way from noise.
            LowNoiseGuidance = spec.Guidance is null ? model.LowNoiseGuidance : null,
            ModelHash = HashOf(model),
        };
    }

    /// <summary>Refuses what the model cannot do.</summary>
    /// <exception cref="RenderFarmException">
    /// <see cref="ErrorCodes.InvalidSpec"/>, with one line that names the field, its value and what is allowed.
    /// </exception>
    public static void Validate(JobSpec spec, ModelDescriptor model)
    {
        if (spec.Storyboard is not null)
        {
            Validate(spec.Storyboard);
        }
        else if (string.IsNullOrWhiteSpace(spec.Prompt))
        {
            throw Invalid("prompt is empty: say what the film shall show, or give a storyboard");
        }

        RequireShort("prompt", spec.Prompt);
        RequireShort("negative prompt", spec.NegativePrompt);
        Require(spec.Seconds > 0 && spec.Seconds <= model.MaxSeconds, "seconds", spec.Seconds, Line($"above 0, at most {model.MaxSeconds}"));
        Require(spec.Fps is null || spec.Fps == model.Fps, "fps", spec.Fps, Line($"{model.Name} makes {model.Fps}"));
        Require(spec.Steps is null or (>= 1 and <= 1000), "steps", spec.Steps, "1 to 1000");
        Require(spec.Guidance is null or (>= 1 and <= 30), "guidance", spec.Guidance, "1 to 30");
        Require(
            spec.Overlap is null || (spec.Overlap >= 1 && spec.Overlap <= model.WindowLength / 2),
            "overlap",
            spec.Overlap,
            Line($"1 to {model.WindowLength / 2}, half a window of {model.Name}"));
        Require(spec.Priority is >= -100 and <= 100, "priority", spec.Priority, "-100 to 100");
        RequireNamed("strategy", spec.Strategy);
        RequireNamed("sampler", spec.Sampler);
        RequireNamed("blend", spec.Blend);
        RequireNamed("noise", spec.Noise);
        RequireNamed("schedule", spec.Schedule);
        Require(
            spec.ResidualCache is null or 0 || (spec.ResidualCache is > 0 and <= 1 && model.HasResidualCache),
            "residual cache",
            spec.ResidualCache,
            model.HasResidualCache ? "0 to 1" : Line($"{model.Name} has none"));
        Require(
            spec.AnchorFrame != true || (spec.Strategy ?? model.Strategy) == Strategy.Parallel,
            "anchor frame",
            true,
            "only with strategy parallel, where no window takes clean frames from another");
        RequireNamed("expand", spec.Expansion);
        Require(
            spec.Expansion is null || spec.Storyboard is null,
            "expand",
            $"{spec.Expansion}".ToLowerInvariant(),
            "a storyboard's shots are kept as they are");
        RequireStartImage(spec, model);
        SizeOf(spec, model);
    }

    /// <summary>The size of a job's frames: its own, that of its aspect, or the model's first.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidSpec"/> when the model cannot make it.</exception>
    public static FrameSize SizeOf(JobSpec spec, ModelDescriptor model)
    {
        FrameSize size = spec.Size ?? model.Sizes[0];
        Require(model.Sizes.Contains(size) || IsOwnSize(size, model), "size", size, Line($"{model.Name} makes {SizesOf(model)}"));
        if (spec.Aspect is null)
        {
            return size;
        }

        Require(Aspects.Contains(spec.Aspect, StringComparer.Ordinal), "aspect", $"'{spec.Aspect}'", string.Join(", ", Aspects));
        if (spec.Size is not null)
        {
            Require(AspectOf(size) == spec.Aspect, "aspect", $"'{spec.Aspect}'", Line($"size {size} is {AspectOf(size)}; give only one of the two"));
            return size;
        }

        foreach (FrameSize candidate in model.Sizes)
        {
            if (AspectOf(candidate) == spec.Aspect)
            {
                return candidate;
            }
        }

        throw NotAllowed("aspect", $"'{spec.Aspect}'", Line($"{model.Name} makes {string.Join(", ", model.Sizes)}"));
    }

    private static string HashOf(ModelDescriptor model) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', model.Files.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => $"{file.Key} {file.Value}")))));

    private static void Validate(Storyboard storyboard)
    {
        if (storyboard.Shots.Count == 0)
        {
            throw Invalid("storyboard has no shots: it needs at least one");
        }

        for (int i = 0; i < storyboard.Shots.Count; i++)
        {
            Shot shot = storyboard.Shots[i];
            if (string.IsNullOrWhiteSpace(shot.Caption))
            {
                throw Invalid(Line($"storyboard shot {i + 1} has an empty caption"));
            }

            RequireShort(Line($"caption of storyboard shot {i + 1}"), shot.Caption);
            Require(shot.Share > 0 && double.IsFinite(shot.Share), Line($"share of storyboard shot {i + 1}"), shot.Share, "a number above 0");
        }
    }

    private static void RequireStartImage(JobSpec spec, ModelDescriptor model)
    {
        if (spec.StartImage is null)
        {
            Require(model.StartImage != StartImageUse.Required, "start image", "none", Line($"{model.Name} makes films of a picture only"));
            return;
        }

        Require(model.StartImage != StartImageUse.None, "start image", spec.StartImage, Line($"{model.Name} takes none"));
        Require(
            spec.StartImage.Length == 64 && spec.StartImage.All(char.IsAsciiHexDigitLower), "start image", $"'{spec.StartImage}'", "the SHA-256 of its pixels");
    }

    private static bool IsOwnSize(FrameSize size, ModelDescriptor model) =>
        model.SizeStep > 0 && size.Width > 0 && size.Height > 0
        && size.Width % model.SizeStep == 0 && size.Height % model.SizeStep == 0 && (long)size.Width * size.Height <= model.MaxPixels;

    private static string SizesOf(ModelDescriptor model) => string.Join(", ", model.Sizes)
        + (model.SizeStep > 0 ? Line($", or multiples of {model.SizeStep} up to {model.MaxPixels} pixels") : "");

    private static string AspectOf(FrameSize size) =>
        size.Width > size.Height ? "wide" : size.Width < size.Height ? "tall" : "square";

    private static void RequireShort(string field, string? text)
    {
        int length = text?.Length ?? 0;
        Require(length <= MaxPromptLength, field, Line($"{length} characters"), Line($"at most {MaxPromptLength}"));
    }

    private static void RequireNamed<T>(string field, T? value)
        where T : struct, Enum =>
        Require(value is null || Enum.IsDefined(value.Value), field, value, string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant());

    private static void Require(bool holds, string field, object? value, string allowed)
    {
        if (!holds)
        {
            throw NotAllowed(field, value, allowed);
        }
    }

    private static RenderFarmException NotAllowed(string field, object? value, string allowed) =>
        Invalid(Line($"{field} {value} is not allowed: {allowed}"));

    private static RenderFarmException Invalid(string message) => new(ErrorCodes.InvalidSpec, message);

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
