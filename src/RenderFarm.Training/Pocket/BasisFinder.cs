using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Training.World;
using static TorchSharp.torch;

namespace RenderFarm.Training.Pocket;

/// <summary>Finds the autoencoder's linear part: the principal components of the world's cells, those at the subject counted more often.</summary>
internal static class BasisFinder
{
    private const int Clips = 700;
    private const int SubjectWeight = 4;

    /// <summary>A channel's deviation goes with this power of its component's variance: 0 would make all alike, 0.5 none.</summary>
    private const double Colouring = 0.2;

    public static void Find(PocketAutoencoder autoencoder, int seed)
    {
        using IDisposable gradients = no_grad();
        using IDisposable scope = NewDisposeScope();
        Tensor mean = zeros(PocketAutoencoder.CellValues), second = zeros(PocketAutoencoder.CellValues, PocketAutoencoder.CellValues);
        double count = 0;
        for (int i = 0; i < Clips; i++)
        {
            using IDisposable pause = CollectionPause.Begin();
            using IDisposable clip = NewDisposeScope();
            Random random = SeededRandom.For(seed, "basis", i);
            (int width, int height) = PocketSizes.Draw(random);
            double start = random.NextDouble() * 60;
            Scene scene = new(RandomCaption.Draw(random), width, height, random.Next(), start);

            // A film's first frame stands for four: some cells do not move.
            int frames = random.NextDouble() < 0.15 ? 1 : PocketAutoencoder.TemporalStride;
            Tensor pixels = tensor(FrameBatch.Crop(scene, start, frames, 0, 0, width, height), [1, 3, frames, height, width]);
            Tensor cells = PocketAutoencoder.ToCells(pixels.expand(-1, -1, PocketAutoencoder.TemporalStride, -1, -1));
            Tensor weights = tensor(Weights(scene, start, width, height));
            cells = cells.view(-1, PocketAutoencoder.CellValues);
            Tensor weighted = cells * weights.unsqueeze(1);
            mean.add_(weighted.sum([0]));
            second.add_(weighted.t().matmul(cells));
            count += weights.sum().item<float>();
        }

        using IDisposable end = CollectionPause.Begin();
        mean.div_(count);
        second.div_(count).sub_(mean.unsqueeze(1) * mean);
        (Tensor values, Tensor vectors) = linalg.eigh(second);
        Tensor variances = values.narrow(0, PocketAutoencoder.CellValues - PocketAutoencoder.LatentChannels, PocketAutoencoder.LatentChannels).flip(0);
        Tensor components = vectors.narrow(1, PocketAutoencoder.CellValues - PocketAutoencoder.LatentChannels, PocketAutoencoder.LatentChannels).flip(1);
        Tensor deviations = variances.pow(Colouring);
        deviations = deviations / deviations.square().mean().sqrt();
        Tensor gains = deviations / variances.sqrt();
        autoencoder.SetBasis(mean, components.t() * gains.unsqueeze(1), components / gains);
    }

    private static float[] Weights(Scene scene, double seconds, int width, int height)
    {
        int rows = height / PocketAutoencoder.SpatialStride, columns = width / PocketAutoencoder.SpatialStride;
        float[] weights = new float[rows * columns];
        (float x, float y) = scene.SubjectAt(seconds);
        for (int i = 0; i < weights.Length; i++)
        {
            float dx = ((i % columns) + 0.5f) * PocketAutoencoder.SpatialStride - x, dy = ((i / columns) + 0.5f) * PocketAutoencoder.SpatialStride - y;
            weights[i] = Math.Max(Math.Abs(dx), Math.Abs(dy)) < (1.3f * scene.SubjectRadius) + 10 ? SubjectWeight : 1;
        }

        return weights;
    }
}
