using RenderFarm.Diffusion.Models.Pocket;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RenderFarm.Training.Evaluation.Judging;

/// <summary>
/// The judge's eye: 4x4 patches of a look, residual convolutions on three scales, a map of where the subject is, and what is read off
/// the features there and off the whole frame. About 3 million weights.
/// </summary>
internal sealed class JudgeNet : nn.Module
{
    private const int Patch = 4;
    private const int Fine = 64;
    private const int Middle = 128;
    private const int Coarse = 192;
    private const int Hidden = 256;

    private static readonly PocketAttribute[] Scenery = [PocketAttribute.Place, PocketAttribute.Time, PocketAttribute.Weather, PocketAttribute.Camera];

    private readonly PocketLinear embed;
    private readonly nn.Module<Tensor, Tensor> fine;
    private readonly PocketLinear toMiddle;
    private readonly nn.Module<Tensor, Tensor> middle;
    private readonly PocketLinear toCoarse;
    private readonly nn.Module<Tensor, Tensor> coarse;
    private readonly PocketLinear fromCoarse;
    private readonly nn.Module<Tensor, Tensor> both;
    private readonly PocketLinear headMaps;
    private readonly nn.Module<Tensor, Tensor> headScenery;
    private readonly nn.Module<Tensor, Tensor> headSubject;

    /// <param name="compute">The precision of convolutions: <see cref="ScalarType.BFloat16"/> or <see cref="ScalarType.Float32"/>.</param>
    public JudgeNet(ScalarType compute)
        : base(nameof(JudgeNet))
    {
        ResidualBlock Block(int channels) => new(channels, compute);
        nn.Module<Tensor, Tensor> Head(int inputs, int outputs) => nn.Sequential(
            new PocketLinear(inputs, Hidden, ScalarType.Float32), nn.SiLU(), new PocketLinear(Hidden, outputs, ScalarType.Float32, gain: 0.3));

        embed = new PocketLinear(Look.Frames * 3 * Patch * Patch, Fine, compute, gain: 1.5);
        fine = nn.Sequential(Block(Fine), new PocketNorm(Fine, compute));
        toMiddle = new PocketLinear(4 * Fine, Middle, compute);
        middle = nn.Sequential(Block(Middle), new PocketNorm(Middle, compute));
        toCoarse = new PocketLinear(4 * Middle, Coarse, compute);
        coarse = nn.Sequential(Block(Coarse), Block(Coarse), new PocketNorm(Coarse, compute));
        fromCoarse = new PocketLinear(Coarse, 4 * Middle, compute);
        both = nn.Sequential(Block(Middle), new PocketNorm(Middle, compute));
        headMaps = new PocketLinear(Middle, 2, ScalarType.Float32, gain: 0.3);
        headScenery = Head(2 * Coarse, Scenery.Sum(JudgedAttributes.Count));
        headSubject = Head(Middle + (2 * Coarse), JudgedAttributes.Width - Scenery.Sum(JudgedAttributes.Count) + LookTruth.MotionWidth);
        RegisterComponents();
    }

    /// <summary>The matrices that a spectral optimiser may take: all between the embedding and the heads.</summary>
    public IEnumerable<Parameter> Matrices() => named_parameters()
        .Where(entry => entry.parameter.dim() > 1 && !entry.name.StartsWith("embed", StringComparison.Ordinal) && !entry.name.StartsWith("head", StringComparison.Ordinal))
        .Select(entry => entry.parameter);

    /// <summary>Judges looks, float32 [B, 9, H, W] in [-1, 1]; H and W are multiples of 16.</summary>
    public JudgeView Forward(Tensor looks)
    {
        long batch = looks.shape[0], rows = looks.shape[2] / Patch, columns = looks.shape[3] / Patch;
        Tensor patches = looks.view(batch, -1, rows, Patch, columns, Patch).permute(0, 2, 4, 1, 3, 5).reshape(batch, rows, columns, -1);
        Tensor onFine = fine.forward(embed.forward(patches));
        Tensor onMiddle = middle.forward(toMiddle.forward(SpaceToDepth.Fold(onFine)));
        Tensor onCoarse = coarse.forward(toCoarse.forward(SpaceToDepth.Fold(onMiddle)));
        Tensor cells = both.forward(onMiddle + SpaceToDepth.Unfold(fromCoarse.forward(onCoarse)));
        (rows, columns) = (cells.shape[1], cells.shape[2]);
        Tensor maps = headMaps.forward(cells).view(batch, rows, columns, 2);
        Tensor atSubject = nn.functional.softmax(maps.select(3, 0).reshape(batch, 1, rows * columns), 2)
            .bmm(cells.to_type(ScalarType.Float32).reshape(batch, rows * columns, Middle)).squeeze(1);
        Tensor everywhere = onCoarse.to_type(ScalarType.Float32).reshape(batch, -1, Coarse);
        Tensor frame = cat([everywhere.mean([1]), everywhere.amax([1])], 1);
        Tensor scenery = headScenery.forward(frame), subject = headSubject.forward(cat([atSubject, frame], 1));
        Tensor motion = subject.narrow(1, subject.shape[1] - LookTruth.MotionWidth, LookTruth.MotionWidth);
        return new JudgeView(Arrange(scenery, subject), maps.select(3, 0), maps.select(3, 1), motion);
    }

    /// <summary>Both heads' scores in the order of the attributes.</summary>
    private static Tensor Arrange(Tensor scenery, Tensor subject)
    {
        int fromScenery = 0, fromSubject = 0;
        Tensor[] scores = new Tensor[JudgedAttributes.All.Count];
        for (int i = 0; i < scores.Length; i++)
        {
            PocketAttribute attribute = JudgedAttributes.All[i];
            int count = JudgedAttributes.Count(attribute);
            bool isScenery = Scenery.Contains(attribute);
            scores[i] = isScenery ? scenery.narrow(1, fromScenery, count) : subject.narrow(1, fromSubject, count);
            (fromScenery, fromSubject) = isScenery ? (fromScenery + count, fromSubject) : (fromScenery, fromSubject + count);
        }

        return cat(scores, 1);
    }
}
