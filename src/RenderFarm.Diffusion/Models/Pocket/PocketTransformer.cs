using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Pocket;

/// <summary>
/// pocket's denoiser: a latent video diffusion transformer (DiT, arXiv 2212.09748) with a timestep for each latent frame. The
/// caption's embedding is added to the timestep's and drives every layer's modulation.
/// </summary>
public sealed class PocketTransformer : nn.Module
{
    private const int Width = 256;
    private const int Layers = 8;
    private const int TimeFeatures = 128;

    private readonly ScalarType compute;
    private readonly Dictionary<(long Time, long Height, long Width), PocketPositions> positionsByShape = [];
    private readonly PocketLinear embedLatents;
    private readonly PocketLinear embedPosition;
    private readonly nn.Module<Tensor, Tensor> embedTime;
    private readonly Parameter words;
    private readonly nn.Module<Tensor, Tensor> embedCaption;
    private readonly ModuleList<PocketBlock> blocks;
    private readonly PocketLinear modulateOut;
    private readonly PocketLinear project;

    /// <param name="compute">The precision of matrix products: <see cref="ScalarType.BFloat16"/> or <see cref="ScalarType.Float32"/>.</param>
    public PocketTransformer(ScalarType compute)
        : base(nameof(PocketTransformer))
    {
        this.compute = compute;
        embedLatents = new PocketLinear(PocketAutoencoder.LatentChannels, Width, compute);
        embedPosition = new PocketLinear(PocketPositions.FeatureCount, Width, compute);
        embedTime = nn.Sequential(
            new PocketLinear(TimeFeatures, Width, ScalarType.Float32), nn.SiLU(), new PocketLinear(Width, Width, ScalarType.Float32));
        words = new Parameter(randn(PocketTokenizer.Size, Width) * 0.5);
        embedCaption = nn.Sequential(
            new PocketLinear(Width, Width, ScalarType.Float32), nn.SiLU(), new PocketLinear(Width, Width, ScalarType.Float32));

        // Every other layer sees all latent frames at once, the rest one at a time: attention over the window is what costs.
        blocks = nn.ModuleList(Enumerable.Range(0, Layers).Select(i => new PocketBlock(Width, acrossTime: i % 2 == 1, compute)).ToArray());
        modulateOut = new PocketLinear(Width, 2 * Width, ScalarType.Float32, gain: 0);
        project = new PocketLinear(Width, PocketAutoencoder.LatentChannels, ScalarType.Float32, gain: 0.1);
        RegisterComponents();
    }

    /// <summary>The velocity (noise minus data) of [B, 32, T, h, w], float32.</summary>
    /// <param name="latents">Noisy normalised latents, [B, 32, T, h, w].</param>
    /// <param name="timesteps">0 (clean) to 1000 (noise), [B, T].</param>
    /// <param name="captions">Ids of <see cref="PocketTokenizer"/>, int64 [B, N].</param>
    public Tensor Forward(Tensor latents, Tensor timesteps, Tensor captions)
    {
        long batch = latents.shape[0], time = latents.shape[2], height = latents.shape[3], width = latents.shape[4];
        PocketPositions positions = PositionsOf(time, height, width, latents.device);
        Tensor tokens = latents.permute(0, 2, 3, 4, 1).reshape(batch, time, height * width, PocketAutoencoder.LatentChannels);
        Tensor hidden = embedLatents.forward(tokens) + embedPosition.forward(positions.Features);
        hidden = hidden.to_type(ScalarType.Float32);

        Tensor caption = embedCaption.forward(words.index_select(0, captions.reshape(-1)).view(batch, -1, Width).sum(1));
        Tensor condition = nn.functional.silu(embedTime.forward(TimestepFeatures(timesteps)) + caption.unsqueeze(1));
        foreach (PocketBlock block in blocks)
        {
            hidden = block.Forward(hidden, condition, positions.Cos, positions.Sin);
        }

        Tensor[] modulation = modulateOut.forward(condition).unsqueeze(2).chunk(2, -1);
        Tensor output = project.forward(nn.functional.layer_norm(hidden, [Width]) * (modulation[0] + 1) + modulation[1]);
        return output.view(batch, time, height, width, -1).permute(0, 4, 1, 2, 3);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (PocketPositions positions in positionsByShape.Values)
            {
                positions.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    private PocketPositions PositionsOf(long time, long height, long width, Device device)
    {
        if (!positionsByShape.TryGetValue((time, height, width), out PocketPositions? positions))
        {
            positions = new PocketPositions(time, height, width, compute, device);
            positionsByShape.Add((time, height, width), positions);
        }

        return positions;
    }

    /// <summary>Sinusoids of [B, T] timesteps, [B, T, 128].</summary>
    private static Tensor TimestepFeatures(Tensor timesteps)
    {
        Tensor frequencies = exp(arange(TimeFeatures / 2, dtype: ScalarType.Float32, device: timesteps.device)
            * (-Math.Log(10000) / (TimeFeatures / 2)));
        Tensor angles = timesteps.unsqueeze(-1) * frequencies;
        return cat([angles.cos(), angles.sin()], -1);
    }
}
