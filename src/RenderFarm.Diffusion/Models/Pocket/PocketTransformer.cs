using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Pocket;

/// <summary>
/// pocket's denoiser: a latent video diffusion transformer (DiT, arXiv 2212.09748) with a timestep for each latent frame, over tokens
/// of 2x2 latent cells, between convolutions over single cells (an hourglass, as arXiv 2401.11605): tokens know the whole window,
/// cells keep edges sharp. The caption's reading is added to the timestep's embedding and drives every layer's modulation.
/// </summary>
public sealed class PocketTransformer : nn.Module
{
    private const int Fine = 128;
    private const int Width = 320;
    private const int Layers = 7;
    private const int ConditionWidth = 192;
    private const int HiddenWidth = 256;
    private const int TimeFeatures = 128;

    private readonly ScalarType compute;
    private readonly Dictionary<(long Time, long Height, long Width, int Spacing), PocketPositions> positionsByShape = [];
    private readonly PocketLinear embedLatents;
    private readonly PocketLinear embedCell;
    private readonly PocketLinear embedPosition;
    private readonly nn.Module<Tensor, Tensor> embedTime;
    private readonly nn.Module<Tensor, Tensor> embedReading;
    private readonly PocketLinear embedCondition;
    private readonly ModuleList<FineBlock> fineIn;
    private readonly PocketLinear fold;
    private readonly ModuleList<PocketBlock> blocks;
    private readonly PocketLinear modulateOut;
    private readonly PocketLinear unfold;
    private readonly ModuleList<FineBlock> fineOut;
    private readonly PocketLinear project;

    /// <param name="compute">The precision of matrix products: <see cref="ScalarType.BFloat16"/> or <see cref="ScalarType.Float32"/>.</param>
    public PocketTransformer(ScalarType compute)
        : base(nameof(PocketTransformer))
    {
        const ScalarType single = ScalarType.Float32;
        this.compute = compute;
        embedLatents = new PocketLinear(PocketAutoencoder.LatentChannels, Fine, compute);
        embedCell = new PocketLinear(PocketPositions.FeatureCount, Fine, compute);
        embedPosition = new PocketLinear(PocketPositions.FeatureCount, Width, compute);
        embedTime = nn.Sequential(
            new PocketLinear(TimeFeatures, HiddenWidth, single), nn.SiLU(), new PocketLinear(HiddenWidth, HiddenWidth, single));
        embedReading = nn.Sequential(
            new PocketLinear(PocketReading.Width, HiddenWidth, single, gain: 3), nn.SiLU(), new PocketLinear(HiddenWidth, HiddenWidth, single));
        embedCondition = new PocketLinear(HiddenWidth, ConditionWidth, single);
        fineIn = nn.ModuleList(new FineBlock(Fine, ConditionWidth, compute), new FineBlock(Fine, ConditionWidth, compute));
        fold = new PocketLinear(4 * Fine, Width, compute);
        blocks = nn.ModuleList(Enumerable.Range(0, Layers).Select(_ => new PocketBlock(Width, ConditionWidth, compute)).ToArray());
        modulateOut = new PocketLinear(ConditionWidth, 2 * Width, single, gain: 0);
        unfold = new PocketLinear(Width, 4 * Fine, compute, gain: 0.3);
        fineOut = nn.ModuleList(new FineBlock(Fine, ConditionWidth, compute), new FineBlock(Fine, ConditionWidth, compute));
        project = new PocketLinear(Fine, PocketAutoencoder.LatentChannels, single, gain: 0.1);
        RegisterComponents();
    }

    /// <summary>The matrices that a spectral optimiser may take: all between the embeddings and the last layer.</summary>
    public IEnumerable<Parameter> Matrices() => named_parameters()
        .Where(entry => entry.parameter.dim() > 1 && !entry.name.StartsWith("embed", StringComparison.Ordinal)
            && !entry.name.StartsWith("project", StringComparison.Ordinal) && !entry.name.Contains("modulate", StringComparison.Ordinal))
        .Select(entry => entry.parameter);

    /// <summary>The velocity (noise minus data) of [B, 64, T, h, w], float32; h and w are even.</summary>
    /// <param name="latents">Noisy normalised latents, [B, 64, T, h, w].</param>
    /// <param name="timesteps">0 (clean) to 1000 (noise), [B, T].</param>
    /// <param name="readings">Of captions, [B, <see cref="PocketReading.Width"/>].</param>
    /// <param name="spacing">Latent frames from one of the window's frames to the next; 1 for consecutive ones.</param>
    public Tensor Forward(Tensor latents, Tensor timesteps, Tensor readings, int spacing = 1)
    {
        long batch = latents.shape[0], time = latents.shape[2], height = latents.shape[3], width = latents.shape[4];
        PocketPositions positions = PositionsOf(time, height, width, spacing, latents.device);
        Tensor condition = nn.functional.silu(embedCondition.forward(nn.functional.silu(
            embedTime.forward(TimestepFeatures(timesteps)) + embedReading.forward(readings).unsqueeze(1))));
        Tensor ofFrames = condition.view(batch * time, ConditionWidth);

        Tensor cells = latents.permute(0, 2, 3, 4, 1).reshape(batch * time, height, width, PocketAutoencoder.LatentChannels);
        cells = embedLatents.forward(cells) + embedCell.forward(positions.FineFeatures);
        foreach (FineBlock block in fineIn)
        {
            cells = block.Forward(cells, ofFrames);
        }

        Tensor tokens = fold.forward(SpaceToDepth.Fold(cells)) + embedPosition.forward(positions.Features);
        tokens = tokens.to_type(ScalarType.Float32).view(batch, time, height * width / 4, Width);
        foreach (PocketBlock block in blocks)
        {
            tokens = block.Forward(tokens, condition, positions.Cos, positions.Sin);
        }

        Tensor[] modulation = modulateOut.forward(condition).unsqueeze(2).chunk(2, -1);
        tokens = (nn.functional.layer_norm(tokens, [Width]) * (modulation[0] + 1)) + modulation[1];
        cells = cells + SpaceToDepth.Unfold(unfold.forward(tokens).view(batch * time, height / 2, width / 2, 4 * Fine));
        foreach (FineBlock block in fineOut)
        {
            cells = block.Forward(cells, ofFrames);
        }

        return project.forward(cells).view(batch, time, height, width, -1).permute(0, 4, 1, 2, 3);
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

    private PocketPositions PositionsOf(long time, long height, long width, int spacing, Device device)
    {
        if (!positionsByShape.TryGetValue((time, height, width, spacing), out PocketPositions? positions))
        {
            positions = new PocketPositions(time, height, width, spacing, compute, device);
            positionsByShape.Add((time, height, width, spacing), positions);
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
