using System.Globalization;

namespace RenderFarm.Diffusion.Tests.Models.Wan.Vae;

/// <summary>The configurations of the published VAEs, and the tensors of their checkpoints.</summary>
internal static class PublishedVae
{
    public const string Wan21Config = """
        {
          "_class_name": "AutoencoderKLWan",
          "_diffusers_version": "0.33.0.dev0",
          "attn_scales": [],
          "base_dim": 96,
          "dim_mult": [1, 2, 4, 4],
          "dropout": 0.0,
          "latents_mean": [-0.7571, -0.7089, -0.9113, 0.1075, -0.1745, 0.9653, -0.1517, 1.5508, 0.4134, -0.0715, 0.5517, -0.3632, -0.1922,
            -0.9497, 0.2503, -0.2921],
          "latents_std": [2.8184, 1.4541, 2.3275, 2.6558, 1.2196, 1.7708, 2.6052, 2.0743, 3.2687, 2.1526, 2.8652, 1.5579, 1.6382, 1.1253,
            2.8251, 1.916],
          "num_res_blocks": 2,
          "temperal_downsample": [false, true, true],
          "z_dim": 16
        }
        """;

    public const string Wan22Config = """
        {
          "_class_name": "AutoencoderKLWan",
          "_diffusers_version": "0.35.0.dev0",
          "attn_scales": [],
          "base_dim": 160,
          "clip_output": false,
          "decoder_base_dim": 256,
          "dim_mult": [1, 2, 4, 4],
          "dropout": 0.0,
          "in_channels": 12,
          "is_residual": true,
          "latents_mean": [-0.2289, -0.0052, -0.1323, -0.2339, -0.2799, 0.0174, 0.1838, 0.1557, -0.1382, 0.0542, 0.2813, 0.0891, 0.157,
            -0.0098, 0.0375, -0.1825, -0.2246, -0.1207, -0.0698, 0.5109, 0.2665, -0.2108, -0.2158, 0.2502, -0.2055, -0.0322, 0.1109, 0.1567,
            -0.0729, 0.0899, -0.2799, -0.123, -0.0313, -0.1649, 0.0117, 0.0723, -0.2839, -0.2083, -0.052, 0.3748, 0.0152, 0.1957, 0.1433,
            -0.2944, 0.3573, -0.0548, -0.1681, -0.0667],
          "latents_std": [0.4765, 1.0364, 0.4514, 1.1677, 0.5313, 0.499, 0.4818, 0.5013, 0.8158, 1.0344, 0.5894, 1.0901, 0.6885, 0.6165,
            0.8454, 0.4978, 0.5759, 0.3523, 0.7135, 0.6804, 0.5833, 1.4146, 0.8986, 0.5659, 0.7069, 0.5338, 0.4889, 0.4917, 0.4069, 0.4999,
            0.6866, 0.4093, 0.5709, 0.6065, 0.6415, 0.4944, 0.5726, 1.2042, 0.5458, 1.6887, 0.3971, 1.06, 0.3943, 0.5537, 0.5444, 0.4089,
            0.7468, 0.7744],
          "num_res_blocks": 2,
          "out_channels": 12,
          "patch_size": 2,
          "scale_factor_spatial": 16,
          "scale_factor_temporal": 4,
          "temperal_downsample": [false, true, true],
          "z_dim": 48
        }
        """;

    /// <summary>Parameters of Wan 2.1's published checkpoint.</summary>
    public const long Wan21Parameters = 126_892_531;

    public static IReadOnlyDictionary<string, long[]> Wan21Tensors { get; } = Expand("""
        conv encoder.conv_in 96 3 3 3 3
        norm encoder.down_blocks.{0,1}.norm{1,2} 96 1 1 1
        conv encoder.down_blocks.{0,1}.conv{1,2} 96 96 3 3 3
        conv encoder.down_blocks.2.resample.1 96 96 3 3
        norm encoder.down_blocks.3.norm1 96 1 1 1
        conv encoder.down_blocks.3.conv1 192 96 3 3 3
        conv encoder.down_blocks.3.conv_shortcut 192 96 1 1 1
        norm encoder.down_blocks.3.norm2 192 1 1 1
        conv encoder.down_blocks.3.conv2 192 192 3 3 3
        norm encoder.down_blocks.4.norm{1,2} 192 1 1 1
        conv encoder.down_blocks.4.conv{1,2} 192 192 3 3 3
        conv encoder.down_blocks.5.resample.1 192 192 3 3
        conv encoder.down_blocks.5.time_conv 192 192 3 1 1
        norm encoder.down_blocks.6.norm1 192 1 1 1
        conv encoder.down_blocks.6.conv1 384 192 3 3 3
        conv encoder.down_blocks.6.conv_shortcut 384 192 1 1 1
        norm encoder.down_blocks.6.norm2 384 1 1 1
        conv encoder.down_blocks.6.conv2 384 384 3 3 3
        norm encoder.down_blocks.7.norm{1,2} 384 1 1 1
        conv encoder.down_blocks.7.conv{1,2} 384 384 3 3 3
        conv encoder.down_blocks.8.resample.1 384 384 3 3
        conv encoder.down_blocks.8.time_conv 384 384 3 1 1
        norm encoder.down_blocks.{9,10}.norm{1,2} 384 1 1 1
        conv encoder.down_blocks.{9,10}.conv{1,2} 384 384 3 3 3
        norm {encoder,decoder}.mid_block.resnets.{0,1}.norm{1,2} 384 1 1 1
        conv {encoder,decoder}.mid_block.resnets.{0,1}.conv{1,2} 384 384 3 3 3
        norm {encoder,decoder}.mid_block.attentions.0.norm 384 1 1
        conv {encoder,decoder}.mid_block.attentions.0.to_qkv 1152 384 1 1
        conv {encoder,decoder}.mid_block.attentions.0.proj 384 384 1 1
        norm encoder.norm_out 384 1 1 1
        conv encoder.conv_out 32 384 3 3 3
        conv quant_conv 32 32 1 1 1
        conv post_quant_conv 16 16 1 1 1
        conv decoder.conv_in 384 16 3 3 3
        norm decoder.up_blocks.0.resnets.{0,1,2}.norm{1,2} 384 1 1 1
        conv decoder.up_blocks.0.resnets.{0,1,2}.conv{1,2} 384 384 3 3 3
        norm decoder.up_blocks.1.resnets.0.norm1 192 1 1 1
        conv decoder.up_blocks.1.resnets.0.conv1 384 192 3 3 3
        conv decoder.up_blocks.1.resnets.0.conv_shortcut 384 192 1 1 1
        norm decoder.up_blocks.1.resnets.0.norm2 384 1 1 1
        conv decoder.up_blocks.1.resnets.0.conv2 384 384 3 3 3
        norm decoder.up_blocks.1.resnets.{1,2}.norm{1,2} 384 1 1 1
        conv decoder.up_blocks.1.resnets.{1,2}.conv{1,2} 384 384 3 3 3
        conv decoder.up_blocks.{0,1}.upsamplers.0.resample.1 192 384 3 3
        conv decoder.up_blocks.{0,1}.upsamplers.0.time_conv 768 384 3 1 1
        norm decoder.up_blocks.2.resnets.{0,1,2}.norm{1,2} 192 1 1 1
        conv decoder.up_blocks.2.resnets.{0,1,2}.conv{1,2} 192 192 3 3 3
        conv decoder.up_blocks.2.upsamplers.0.resample.1 96 192 3 3
        norm decoder.up_blocks.3.resnets.{0,1,2}.norm{1,2} 96 1 1 1
        conv decoder.up_blocks.3.resnets.{0,1,2}.conv{1,2} 96 96 3 3 3
        norm decoder.norm_out 96 1 1 1
        conv decoder.conv_out 3 96 3 3 3
        """);

    public static IReadOnlyDictionary<string, long[]> Wan22Tensors { get; } = Expand("""
        conv encoder.conv_in 160 12 3 3 3
        norm encoder.down_blocks.0.resnets.{0,1}.norm{1,2} 160 1 1 1
        conv encoder.down_blocks.0.resnets.{0,1}.conv{1,2} 160 160 3 3 3
        conv encoder.down_blocks.0.downsampler.resample.1 160 160 3 3
        norm encoder.down_blocks.1.resnets.0.norm1 160 1 1 1
        conv encoder.down_blocks.1.resnets.0.conv1 320 160 3 3 3
        conv encoder.down_blocks.1.resnets.0.conv_shortcut 320 160 1 1 1
        norm encoder.down_blocks.1.resnets.0.norm2 320 1 1 1
        conv encoder.down_blocks.1.resnets.0.conv2 320 320 3 3 3
        norm encoder.down_blocks.1.resnets.1.norm{1,2} 320 1 1 1
        conv encoder.down_blocks.1.resnets.1.conv{1,2} 320 320 3 3 3
        conv encoder.down_blocks.1.downsampler.resample.1 320 320 3 3
        conv encoder.down_blocks.1.downsampler.time_conv 320 320 3 1 1
        norm encoder.down_blocks.2.resnets.0.norm1 320 1 1 1
        conv encoder.down_blocks.2.resnets.0.conv1 640 320 3 3 3
        conv encoder.down_blocks.2.resnets.0.conv_shortcut 640 320 1 1 1
        norm encoder.down_blocks.2.resnets.0.norm2 640 1 1 1
        conv encoder.down_blocks.2.resnets.0.conv2 640 640 3 3 3
        norm encoder.down_blocks.2.resnets.1.norm{1,2} 640 1 1 1
        conv encoder.down_blocks.2.resnets.1.conv{1,2} 640 640 3 3 3
        conv encoder.down_blocks.2.downsampler.resample.1 640 640 3 3
        conv encoder.down_blocks.2.downsampler.time_conv 640 640 3 1 1
        norm encoder.down_blocks.3.resnets.{0,1}.norm{1,2} 640 1 1 1
        conv encoder.down_blocks.3.resnets.{0,1}.conv{1,2} 640 640 3 3 3
        norm encoder.mid_block.resnets.{0,1}.norm{1,2} 640 1 1 1
        conv encoder.mid_block.resnets.{0,1}.conv{1,2} 640 640 3 3 3
        norm encoder.mid_block.attentions.0.norm 640 1 1
        conv encoder.mid_block.attentions.0.to_qkv 1920 640 1 1
        conv encoder.mid_block.attentions.0.proj 640 640 1 1
        norm encoder.norm_out 640 1 1 1
        conv encoder.conv_out 96 640 3 3 3
        conv quant_conv 96 96 1 1 1
        conv post_quant_conv 48 48 1 1 1
        conv decoder.conv_in 1024 48 3 3 3
        norm decoder.mid_block.resnets.{0,1}.norm{1,2} 1024 1 1 1
        conv decoder.mid_block.resnets.{0,1}.conv{1,2} 1024 1024 3 3 3
        norm decoder.mid_block.attentions.0.norm 1024 1 1
        conv decoder.mid_block.attentions.0.to_qkv 3072 1024 1 1
        conv decoder.mid_block.attentions.0.proj 1024 1024 1 1
        norm decoder.up_blocks.{0,1}.resnets.{0,1,2}.norm{1,2} 1024 1 1 1
        conv decoder.up_blocks.{0,1}.resnets.{0,1,2}.conv{1,2} 1024 1024 3 3 3
        conv decoder.up_blocks.{0,1}.upsampler.resample.1 1024 1024 3 3
        conv decoder.up_blocks.{0,1}.upsampler.time_conv 2048 1024 3 1 1
        norm decoder.up_blocks.2.resnets.0.norm1 1024 1 1 1
        conv decoder.up_blocks.2.resnets.0.conv1 512 1024 3 3 3
        conv decoder.up_blocks.2.resnets.0.conv_shortcut 512 1024 1 1 1
        norm decoder.up_blocks.2.resnets.0.norm2 512 1 1 1
        conv decoder.up_blocks.2.resnets.0.conv2 512 512 3 3 3
        norm decoder.up_blocks.2.resnets.{1,2}.norm{1,2} 512 1 1 1
        conv decoder.up_blocks.2.resnets.{1,2}.conv{1,2} 512 512 3 3 3
        conv decoder.up_blocks.2.upsampler.resample.1 512 512 3 3
        norm decoder.up_blocks.3.resnets.0.norm1 512 1 1 1
        conv decoder.up_blocks.3.resnets.0.conv1 256 512 3 3 3
        conv decoder.up_blocks.3.resnets.0.conv_shortcut 256 512 1 1 1
        norm decoder.up_blocks.3.resnets.0.norm2 256 1 1 1
        conv decoder.up_blocks.3.resnets.0.conv2 256 256 3 3 3
        norm decoder.up_blocks.3.resnets.{1,2}.norm{1,2} 256 1 1 1
        conv decoder.up_blocks.3.resnets.{1,2}.conv{1,2} 256 256 3 3 3
        norm decoder.norm_out 256 1 1 1
        conv decoder.conv_out 12 256 3 3 3
        """);

    /// <summary>Reads lines "conv NAME SHAPE", a weight and its bias, and "norm NAME SHAPE"; braces list alternatives.</summary>
    private static Dictionary<string, long[]> Expand(string layout)
    {
        var tensors = new Dictionary<string, long[]>();
        foreach (string[] words in layout.Split('\n').Select(line => line.Split(' ')))
        {
            long[] shape = [.. words[2..].Select(word => long.Parse(word, CultureInfo.InvariantCulture))];
            foreach (string name in Alternatives(words[1]))
            {
                if (words[0] == "conv")
                {
                    tensors.Add($"{name}.weight", shape);
                    tensors.Add($"{name}.bias", shape[..1]);
                }
                else
                {
                    tensors.Add($"{name}.gamma", shape);
                }
            }
        }

        return tensors;
    }

    private static IEnumerable<string> Alternatives(string name)
    {
        int open = name.IndexOf('{', StringComparison.Ordinal), close = name.IndexOf('}', StringComparison.Ordinal);
        return open < 0
            ? [name]
            : name[(open + 1)..close].Split(',').SelectMany(choice => Alternatives(name[..open] + choice + name[(close + 1)..]));
    }
}
