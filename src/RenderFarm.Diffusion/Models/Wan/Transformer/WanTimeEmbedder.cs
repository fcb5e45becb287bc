using RenderFarm.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Transformer;

/// <summary>Timesteps as vectors, and as the modulation of all blocks; in 32 bits throughout.</summary>
internal sealed class WanTimeEmbedder : IDisposable
{
    private readonly WanTransformerConfig _config;
    private readonly Tensor[] _embedder;
    private readonly WanLinear _project;

    /// <summary>The embedder's weights on the CPU; the very same where they lie there.</summary>
    private Tensor[]? _onHost;

    public WanTimeEmbedder(WanTransformerConfig config, WeightSet weights)
    {
        const string name = "condition_embedder.time_embedder";
        _config = config;
        _embedder =
        [
            weights.TakeFloat($"{name}.linear_1.weight", config.Width, config.TimeFeatures),
            weights.TakeFloat($"{name}.linear_1.bias", config.Width),
            weights.TakeFloat($"{name}.linear_2.weight", config.Width, config.Width),
            weights.TakeFloat($"{name}.linear_2.bias", config.Width),
        ];
        _project = new WanLinear(weights, "condition_embedder.time_proj", config.Width, 6 * config.Width, single: true);
    }

    /// <summary>Timesteps [B, G], 0 to 1000, as vectors [B, G, D].</summary>
    public Tensor Embed(Tensor timesteps, Action<string, Tensor>? trace) => Embed(timesteps, _embedder, trace);

    /// <summary>Vectors [B, G, D] as modulation [B, G, 6, D].</summary>
    public Tensor Project(Tensor embedded)
    {
        using IDisposable scope = NewDisposeScope();
        return _project.Forward(nn.functional.silu(embedded)).unflatten(2, [6, _config.Width]).MoveToOuterDisposeScope();
    }

    /// <summary>One timestep's vector, [D], computed on the CPU: after the first time no device is asked or waited for.</summary>
    public float[] EmbedOnHost(float timestep)
    {
        using IDisposable scope = NewDisposeScope();
        _onHost ??= [.. _embedder.Select(tensor => tensor.device_type == DeviceType.CPU ? tensor : tensor.cpu().DetachFromDisposeScope())];
        return Embed(tensor(timestep, CPU).view(1, 1), _onHost, trace: null).data<float>().ToArray();
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _onHost ?? [])
        {
            tensor.Dispose();
        }
    }

    private Tensor Embed(Tensor timesteps, Tensor[] w, Action<string, Tensor>? trace)
    {
        using IDisposable scope = NewDisposeScope();
        long half = _config.TimeFeatures / 2;

        // Angles near 1000 would be off by 6e-5 in 32 bits.
        Tensor frequencies = pow(10000, arange(half, dtype: ScalarType.Float64, device: timesteps.device).div_(-half));
        Tensor angles = timesteps.to_type(ScalarType.Float64).unsqueeze(-1) * frequencies;
        Tensor sinusoids = cat([angles.cos(), angles.sin()], -1).to_type(ScalarType.Float32);
        trace?.Invoke("time_sinusoid", sinusoids);
        Tensor hidden = nn.functional.silu(nn.functional.linear(sinusoids, w[0], w[1]));
        return nn.functional.linear(hidden, w[2], w[3]).MoveToOuterDisposeScope();
    }
}
