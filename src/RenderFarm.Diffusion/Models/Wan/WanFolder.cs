using RenderFarm.Diffusion.Models.Wan.Image;
using RenderFarm.Diffusion.Models.Wan.Text;
using RenderFarm.Diffusion.Models.Wan.Transformer;
using RenderFarm.Diffusion.Models.Wan.Vae;
using RenderFarm.Diffusion.Weights;
using RenderFarm.Errors;
using RenderFarm.Jobs;
using RenderFarm.Models;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan;

/// <summary>Says what a folder in Diffusers' layout is, before anything of its weights is read.</summary>
public static class WanFolder
{
    /// <summary>Whether a folder claims to be a pipeline in Diffusers' layout.</summary>
    public static bool IsOne(string folder) => File.Exists(WanLayout.FileOf(folder));

    /// <summary>
    /// Checks layout, configurations, and every tensor's name and shape; gives what planning needs, without names of files.
    /// </summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/>, one line that names the file.</exception>
    public static ModelDescriptor Inspect(string folder)
    {
        WanLayout layout = Check(folder, []);
        return Describe(layout);
    }

    /// <summary>What people should know of a folder that holds: weights that are converted, tensors that are not used.</summary>
    /// <exception cref="RenderFarmException">As <see cref="Inspect"/>.</exception>
    public static IReadOnlyList<string> Notes(string folder)
    {
        var notes = new List<string>();
        Check(folder, notes);
        return notes;
    }

    private static WanLayout Check(string folder, List<string> notes)
    {
        WanLayout layout = WanLayout.Read(folder);
        Build("transformer", layout.OpenTransformer, weights => new WanTransformer(layout.Transformer, weights));
        if (layout.LowNoiseTransformer is { } low)
        {
            Build("transformer_2", layout.OpenLowNoiseTransformer, weights => new WanTransformer(low, weights));
        }

        Build("vae", layout.OpenVae, weights => new WanVae(layout.Vae, weights));
        if (layout.Transformer.ImageWidth is not null && layout.Image is null)
        {
            throw new RenderFarmException(ErrorCodes.InvalidModel, $"{folder} has no image_encoder, whose tokens its transformer attends to");
        }

        Build("text_encoder", layout.OpenText, weights => new Umt5Encoder(layout.Text, weights));
        if (layout.Image is { } image)
        {
            Build("image_encoder", layout.OpenImage, weights => new ClipVisionEncoder(image, weights));
        }

        _ = layout.OpenTokenizer();
        return layout;

        void Build<T>(string name, Func<WeightFiles> open, Func<WeightSet, T> build)
            where T : IDisposable
        {
            // On the meta device a network is built of shapes alone.
            using WeightFiles files = open();
            var weights = new WeightSet(files, META, ScalarType.BFloat16);
            using T network = build(weights);
            int unused = files.Names.Count(tensor => !weights.Tensors.ContainsKey(tensor));
            if (unused > 0)
            {
                notes.Add($"{name} has {unused} tensors that are not used, '{files.Names.First(tensor => !weights.Tensors.ContainsKey(tensor))}' the first");
            }

            if (files.Names.Any(tensor => files.Type(tensor) == ScalarType.Float16))
            {
                notes.Add($"{name} is stored in float16 and computed in bfloat16 or float32: its values can go beyond what float16 holds");
            }
        }
    }

    internal static ModelDescriptor Describe(WanLayout layout)
    {
        bool isLarge = layout.Vae.SpatialStride >= 16, hasExperts = layout.Boundary is not null;
        var size = isLarge ? new FrameSize(1280, 704) : new FrameSize(832, 480);
        int window = isLarge ? 31 : 21, step = layout.Vae.SpatialStride * Math.Max(layout.Transformer.Patch.Height, layout.Transformer.Patch.Width);
        return new ModelDescriptor
        {
            Name = new DirectoryInfo(layout.Folder).Name.ToLowerInvariant(),
            Family = "wan",
            Licence = "unknown",
            LatentChannels = (int)layout.Vae.LatentChannels,
            SpatialStride = layout.Vae.SpatialStride,
            TemporalStride = layout.Vae.TemporalStride,
            Fps = isLarge ? 24 : 16,
            Sizes = isLarge
                ? [size, new FrameSize(704, 1280), new FrameSize(928, 928)]
                : [size, new FrameSize(480, 832), new FrameSize(624, 624), new FrameSize(1280, 720), new FrameSize(720, 1280), new FrameSize(960, 960)],
            SizeStep = step,
            MaxPixels = 1280 * 720,
            WindowLength = window,
            Overlap = isLarge ? 6 : 4,
            MaxSeconds = 600,
            Sampler = layout.IsEuler ? SamplerKind.Euler : SamplerKind.UniPC,
            Steps = hasExperts || layout.TakesClip ? 40 : 50,
            Shift = layout.Shift,

            // As the model cards recommend.
            Guidance = !hasExperts ? 5 : layout.TakesClip ? 3.5 : 4,
            LowNoiseGuidance = !hasExperts ? null : layout.TakesClip ? 3.5 : 3,
            NegativePrompt = "blurry, low quality, overexposed, garish colours, compression artefacts, static picture, subtitles, watermark, "
                + "deformed hands and faces, fused fingers, extra limbs, cluttered background",
            AnchorFrame = !layout.TakesClip && !layout.ExpandTimesteps,
            HasResidualCache = true,
            StartImage = layout.TakesClip ? StartImageUse.Required : layout.ExpandTimesteps ? StartImageUse.Optional : StartImageUse.None,
            Strategy = layout.TakesClip || layout.ExpandTimesteps ? Strategy.Relay : Strategy.Parallel,
            StepFlops = 2 * layout.Transformer.ForwardFlops(
                window, size.Height / layout.Vae.SpatialStride, size.Width / layout.Vae.SpatialStride),
            Files = new Dictionary<string, string>(),
        };
    }
}
