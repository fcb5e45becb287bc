using System.Text.Json.Nodes;
using RenderFarm.Diffusion.Models.Wan.Vae;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tests.Models.Wan.Vae;

/// <summary>Every reference vector of every VAE folder: inputs, outputs and what each stage made of each chunk.</summary>
[Collection(nameof(TensorAccounting))]
public sealed class WanVaeGoldenTests
{
    private const double Tolerance = 2e-5;
    private const string NormOut = "norm_out";

    public static TheoryData<string> Vaes => Names("AutoencoderKLWan");

    public static TheoryData<string> Pipelines => Names("WanPipeline", "WanPipeline (expand_timesteps)", "WanImageToVideoPipeline");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Vaes))]
    public void EncodeAndDecode_EveryCase_IsWithinTolerance(string name)
    {
        using IDisposable pause = CollectionPause.Begin();
        using Golden golden = Golden.Open(Path.Combine(Golden.Root, name));
        using WanVae vae = Open(golden.Folder, "weights");
        Assert.NotEmpty(golden.Cases);
        foreach (JsonObject @case in golden.Cases)
        {
            using DisposeScope scope = NewDisposeScope();
            var trace = new Dictionary<string, Tensor>();
            vae.Trace = (stage, tensor) => trace.Add($"trace.{stage}", tensor.clone().DetachFromDisposeScope());
            string operation = (string)@case["op"]!;
            IReadOnlyDictionary<string, Tensor> made = operation switch
            {
                "encode" => Encode(vae, golden.Read(@case, "input")),
                "decode" => Decode(vae, golden.Read(@case, "normalized")),
                _ => throw new InvalidDataException($"{@case["name"]} asks to {operation}"),
            };
            scope.Attach(trace.Values);
            foreach (string output in @case["outputs"]!.AsArray().Concat(@case["trace"]!.AsArray()).Select(node => (string)node!))
            {
                Tensor actual = output == "decoded_unclamped"
                    ? cat([.. trace.Where(stage => stage.Key.EndsWith(".frames", StringComparison.Ordinal)).Select(stage => stage.Value)], 2)
                    : made.TryGetValue(output, out Tensor? whole) ? whole : trace[output];
                Tensor expected = golden.Read(@case, output);
                if (output.EndsWith(NormOut, StringComparison.Ordinal))
                {
                    string before = operation == "encode" ? "mid_block" : $"up_blocks.{vae.Config.Multiples.Count - 1}";
                    Tensor scale = Conditioning(trace[output[..^NormOut.Length] + before]);
                    (expected, actual) = (expected * scale, actual * scale);
                }

                Golden.AssertNear(expected, actual, Tolerance, $"{name}/{@case["name"]}.{output}");
            }
        }
    }

    /// <summary>The pipelines' VAEs are of other depths and widths than those of the VAE folders.</summary>
    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Pipelines))]
    public void EncodeAndDecode_OfAPipeline_IsWithinTolerance(string name)
    {
        using IDisposable pause = CollectionPause.Begin();
        using Golden golden = Golden.Open(Path.Combine(Golden.Root, name));
        using WanVae vae = Open(Path.Combine(golden.Folder, "vae"), "diffusion_pytorch_model");
        WanVaeConfig config = vae.Config;
        foreach (JsonObject @case in golden.Cases)
        {
            using IDisposable scope = NewDisposeScope();
            Tensor mean = tensor([.. config.LatentsMean]).view(-1, 1, 1, 1), deviation = tensor([.. config.LatentsDeviation]).view(-1, 1, 1, 1);
            using WanVaeDecoder decoder = vae.CreateStream();
            Tensor decoded = decoder.Decode((golden.Read(@case, "vae_input") - mean) / deviation);
            Golden.AssertNear(golden.Read(@case, "decoded"), decoded, Tolerance, $"{name}/{@case["name"]}.decoded");
            if (golden.Has($"{@case["name"]}.condition"))
            {
                // Image-to-video fills the clip up with grey frames, its condition begins with a mask; TI2V has the first frame alone.
                Tensor condition = golden.Read(@case, "condition"), image = (golden.Read(@case, "image") * 2 - 1).unsqueeze(2);
                long frames = 1 + (condition.shape[2] - 1) * config.TemporalStride;
                Tensor clip = cat([image, zeros([1, 3, frames - 1, .. image.shape[3..]])], 2);
                Tensor expected = condition.narrow(1, condition.shape[1] - config.LatentChannels, config.LatentChannels);
                Golden.AssertNear(expected, vae.Encode(clip), Tolerance, $"{name}/{@case["name"]}.condition");
            }
        }
    }

    /// <summary>
    /// A norm divides by its input's length and so magnifies the rounding of all layers before it where that is short: in one such place the
    /// reference is 2.3e-5 off its own arithmetic in 64 bits. Its outputs are compared on the scale of its inputs there.
    /// </summary>
    private static Tensor Conditioning(Tensor input) =>
        (linalg.vector_norm(input, 2, [1], keepdim: true) / Math.Sqrt(input.shape[1])).clamp_max(1);

    private static TheoryData<string> Names(params string[] kinds) =>
        [.. Golden.Folders(kinds).Select(folder => Path.GetRelativePath(Golden.Root, folder))];

    private static WanVae Open(string folder, string stem)
    {
        using WeightFiles files = WeightFiles.Open(folder, stem);
        return new WanVae(WanVaeConfig.Read(Path.Combine(folder, "config.json")), new WeightSet(files, CPU, ScalarType.Float32));
    }

    private static Dictionary<string, Tensor> Encode(WanVae vae, Tensor frames)
    {
        Tensor moments = vae.EncodeMoments(frames), mean = moments.narrow(1, 0, vae.Config.LatentChannels);
        vae.Trace = null;
        return new Dictionary<string, Tensor>
        {
            ["moments"] = moments,
            ["mean"] = mean,
            ["logvar"] = moments.narrow(1, vae.Config.LatentChannels, vae.Config.LatentChannels).clamp(-30, 20),
            ["normalized"] = vae.Encode(frames),
        };
    }

    private static Dictionary<string, Tensor> Decode(WanVae vae, Tensor latents)
    {
        using WanVaeDecoder decoder = vae.CreateStream();
        return new Dictionary<string, Tensor> { ["decoded"] = decoder.Decode(latents) };
    }
}
