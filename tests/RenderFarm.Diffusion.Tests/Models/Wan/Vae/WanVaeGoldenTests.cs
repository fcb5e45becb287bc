using System.Text.Json.Nodes;
using RenderFarm.Diffusion.Models.Wan.Vae;
using RenderFarm.Diffusion.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tests.Models.Wan.Vae;

/// <summary>Every reference vector of every VAE folder: inputs, outputs and what each stage made of each chunk.</summary>
[Collection(nameof(TensorAccounting))]
public sealed class WanVaeGoldenTests
{
    private const double Tolerance = 2e-5;

    [Theory]
    [MemberData(nameof(GoldenVae.Names), MemberType = typeof(GoldenVae))]
    public void EncodeAndDecode_EveryCase_IsWithinTolerance(string name)
    {
        using IDisposable pause = CollectionPause.Begin();
        using Golden golden = Golden.Open(Path.Combine(Golden.Root, name));
        using WanVae vae = GoldenVae.OpenNamed(name);
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
                Golden.AssertNear(golden.Read(@case, output), actual, Tolerance, $"{name}/{@case["name"]}.{output}");
            }
        }
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
