using RenderFarm.Diffusion.Models.Wan.Transformer;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Diffusion.Weights;
using RenderFarm.Jobs;
using static TorchSharp.torch;

namespace RenderFarm.Cli.Benchmarks;

/// <summary>Wan 2.1 1.3B with random weights: what its arithmetic reaches of what the device's matrix products reach in the same run.</summary>
/// <param name="device">Where it runs.</param>
/// <param name="size">Of the frames; multiples of 16.</param>
/// <param name="frames">4k + 1 of them.</param>
/// <param name="log">Told what is being measured.</param>
internal sealed class WanBenchmark(Device device, FrameSize size, int frames, Action<string> log)
{
    private const int Repetitions = 5;

    /// <summary>The published architecture of Wan 2.1 T2V 1.3B.</summary>
    private static readonly WanTransformerConfig Architecture = new()
    {
        Layers = 30,
        Heads = 12,
        HeadWidth = 128,
        FeedForwardWidth = 8960,
        InChannels = 16,
        OutChannels = 16,
        TextWidth = 4096,
    };

    private readonly long _time = ((frames - 1) / 4) + 1;
    private readonly long _rows = size.Height / 8;
    private readonly long _columns = size.Width / 8;

    /// <summary>The best that square matrix products reach, GFLOP/s.</summary>
    public Measurement Peak(ScalarType type)
    {
        log($"matrix products in {type}");
        return ((int[])[1024, 2048, 4096]).Select(Product).MaxBy(measurement => measurement.GigaFlopsPerSecond)!;

        Measurement Product(int edge)
        {
            using IDisposable scope = NewDisposeScope();
            Tensor left = randn([edge, edge], device: device).to_type(type), right = randn([edge, edge], device: device).to_type(type);
            double seconds = Timing.Median(device, Repetitions, () => left.matmul(right).Dispose());
            return new Measurement("machine", $"matrix product {edge}x{edge}x{edge}, {type}", seconds, 2.0 * edge * edge * edge / seconds / 1e9, null);
        }
    }

    /// <summary>One block: half of what a transformer of three takes longer than one of one.</summary>
    public Measurement Block(ScalarType type, Measurement peak)
    {
        log($"a block in {type}, {Tokens} tokens");
        double seconds = (Forward(type, layers: 3, batch: 1, Repetitions) - Forward(type, layers: 1, batch: 1, Repetitions)) / 2;
        return Of("wan-block", $"block of 1.3B, {Tokens} tokens, {type}", seconds, Architecture.BlockFlops(Tokens), peak);
    }

    /// <summary>One step with guidance: two passes of the whole transformer, as one batch.</summary>
    public Measurement Step(ScalarType type, Measurement peak)
    {
        log($"a step in {type}, {Tokens} tokens, two passes");
        double seconds = Forward(type, Architecture.Layers, batch: 2, repetitions: 1);
        return Of("wan-step", $"step of 1.3B with guidance, {frames} frames {size}, {type}", seconds, 2 * Architecture.ForwardFlops(_time, _rows, _columns), peak);
    }

    private long Tokens => _time * (_rows / 2) * (_columns / 2);

    private static Measurement Of(string part, string what, double seconds, double flops, Measurement peak)
    {
        double rate = flops / seconds / 1e9;
        return new Measurement(part, what, seconds, rate, rate / peak.GigaFlopsPerSecond);
    }

    private double Forward(ScalarType type, int layers, int batch, int repetitions)
    {
        using IDisposable pause = CollectionPause.Begin();
        using IDisposable gradients = no_grad();
        using IDisposable scope = NewDisposeScope();
        using var weights = new RandomWeights();
        using var transformer = new WanTransformer(Architecture with { Layers = layers }, new WeightSet(weights, device, type));
        using WanContext context = transformer.Prepare(randn([batch, 512, Architecture.TextWidth], device: device));
        Tensor latents = randn([batch, Architecture.InChannels, _time, _rows, _columns], device: device), timesteps = full([batch], 500f, device: device);
        return Timing.Median(device, repetitions, () => transformer.Forward(latents, timesteps, context).Dispose());
    }
}
