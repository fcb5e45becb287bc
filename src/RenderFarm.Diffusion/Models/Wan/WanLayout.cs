using RenderFarm.Diffusion.Models.Wan.Image;
using RenderFarm.Diffusion.Models.Wan.Text;
using RenderFarm.Diffusion.Models.Wan.Transformer;
using RenderFarm.Diffusion.Models.Wan.Vae;
using RenderFarm.Diffusion.Weights;
using RenderFarm.Errors;

namespace RenderFarm.Diffusion.Models.Wan;

/// <summary>A folder in the layout in which Diffusers publishes Wan pipelines: its configurations, read and checked against each other.</summary>
internal sealed record WanLayout
{
    /// <summary>Stem of the weights' files that Diffusers writes.</summary>
    private const string DiffusersStem = "diffusion_pytorch_model";

    /// <summary>Stem of the weights' files that transformers writes.</summary>
    private const string TransformersStem = "model";

    public required string Folder { get; init; }

    public required WanTransformerConfig Transformer { get; init; }

    /// <summary>The expert for low noise, where there are two.</summary>
    public WanTransformerConfig? LowNoiseTransformer { get; init; }

    public required WanVaeConfig Vae { get; init; }

    public required Umt5Config Text { get; init; }

    /// <summary>The image encoder, where there is one and the transformer attends to its tokens.</summary>
    public ClipVisionConfig? Image { get; init; }

    /// <summary>Share of the noise down to which the first of two experts works.</summary>
    public double? Boundary { get; init; }

    /// <summary>Whether each token has a timestep of its own (Wan 2.2 TI2V).</summary>
    public required bool ExpandTimesteps { get; init; }

    /// <summary>Whether the published scheduler is flow-matching Euler rather than UniPC.</summary>
    public required bool IsEuler { get; init; }

    public required double Shift { get; init; }

    /// <summary>Channels of a clip that the transformer is given beside the latents: four of the mask and those of a latent frame.</summary>
    public bool TakesClip => Transformer.InChannels > Vae.LatentChannels;

    public static string FileOf(string folder) => Path.Combine(folder, "model_index.json");

    public WeightFiles OpenTransformer() => WeightFiles.Open(Path.Combine(Folder, "transformer"), DiffusersStem);

    public WeightFiles OpenLowNoiseTransformer() => WeightFiles.Open(Path.Combine(Folder, "transformer_2"), DiffusersStem);

    public WeightFiles OpenVae() => WeightFiles.Open(Path.Combine(Folder, "vae"), DiffusersStem);

    public WeightFiles OpenText() => WeightFiles.Open(Path.Combine(Folder, "text_encoder"), TransformersStem);

    public WeightFiles OpenImage() => WeightFiles.Open(Path.Combine(Folder, "image_encoder"), TransformersStem);

    public IWanTokenizer OpenTokenizer() => WanTokenizers.Open(Folder, Text);

    /// <summary>Reads a folder's configurations.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/>, naming the file, the key, its value and what is allowed.</exception>
    public static WanLayout Read(string folder)
    {
        ConfigFields index = ConfigFields.Read(FileOf(folder));
        index.Require("_class_name", "WanPipeline", "WanImageToVideoPipeline");
        string low = Path.Combine(folder, "transformer_2");
        ConfigFields scheduler = ConfigFields.Read(Path.Combine(folder, "scheduler", "scheduler_config.json"));
        scheduler.Require("_class_name", "UniPCMultistepScheduler", "FlowMatchEulerDiscreteScheduler");
        bool isEuler = scheduler.Is("_class_name", "FlowMatchEulerDiscreteScheduler");
        WanTransformerConfig transformer = WanTransformerConfig.Read(Path.Combine(folder, "transformer", "config.json"));
        double? boundary = index.Has("boundary_ratio") ? index.Number("boundary_ratio", 0, 1) : null;
        var layout = new WanLayout
        {
            Folder = folder,
            Transformer = transformer,
            LowNoiseTransformer = boundary is null ? null : WanTransformerConfig.Read(Path.Combine(low, "config.json")),
            Vae = WanVaeConfig.Read(Path.Combine(folder, "vae", "config.json")),
            Text = Umt5Config.Read(Path.Combine(folder, "text_encoder", "config.json")),
            Image = transformer.ImageWidth is null || !Directory.Exists(Path.Combine(folder, "image_encoder")) ? null : ClipVisionConfig.Read(Path.Combine(folder, "image_encoder", "config.json")),
            Boundary = boundary,
            ExpandTimesteps = index.Flag("expand_timesteps", missing: false),
            IsEuler = isEuler,
            Shift = scheduler.Number(isEuler ? "shift" : "flow_shift", 0.01, 100, missing: 1),
        };
        layout.RequireAgreement();
        return layout;
    }

    /// <summary>Refuses networks that do not fit each other.</summary>
    private void RequireAgreement()
    {
        string path = Path.Combine(Folder, "transformer", "config.json");
        long latents = Vae.LatentChannels, clip = (2 * latents) + Vae.TemporalStride;
        Require(Transformer.OutChannels == latents, "out_channels", Transformer.OutChannels, $"the VAE's {latents}");
        Require(Transformer.InChannels == latents || Transformer.InChannels == clip, "in_channels", Transformer.InChannels, $"{latents}, or {clip} with a clip");
        Require(Transformer.TextWidth == Text.Width, "text_dim", Transformer.TextWidth, $"the text encoder's {Text.Width}");
        Require(Image is null || Transformer.ImageWidth == Image.Width, "image_dim", Transformer.ImageWidth, $"the image encoder's {Image?.Width}");
        Require(Transformer.Patch.Time == 1, "patch_size", Transformer.Patch.Time, "1 latent frame");

        void Require(bool holds, string field, object? value, string allowed)
        {
            if (!holds)
            {
                throw new RenderFarmException(ErrorCodes.InvalidModel, $"{path}: {field} {value} is not allowed: {allowed}");
            }
        }
    }
}
