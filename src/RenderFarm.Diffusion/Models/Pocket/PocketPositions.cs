using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Pocket;

/// <summary>Where a token is: absolute in its frame (horizons have a height), relative in time (windows have no place of their own).</summary>
internal sealed class PocketPositions : IDisposable
{
    private const int Octaves = 5;

    /// <param name="time">Latent frames of a window.</param>
    /// <param name="height">Latent rows, even.</param>
    /// <param name="width">Latent columns, even.</param>
    /// <param name="spacing">Latent frames from one of the window's frames to the next; 1 for consecutive ones.</param>
    /// <param name="compute">The precision of the tables.</param>
    /// <param name="device">Where the tables shall be.</param>
    public PocketPositions(long time, long height, long width, int spacing, ScalarType compute, Device device)
    {
        using IDisposable scope = NewDisposeScope();
        FineFeatures = FeaturesOf(height, width, device).DetachFromDisposeScope();
        Features = FeaturesOf(height / 2, width / 2, device).DetachFromDisposeScope();
        Tensor angles = AnglesOf(time, height / 2, width / 2, spacing, device);
        Cos = angles.cos().to_type(compute).DetachFromDisposeScope();
        Sin = angles.sin().to_type(compute).DetachFromDisposeScope();
    }

    /// <summary>Fourier features of each cell's centre, [h, w, <see cref="FeatureCount"/>].</summary>
    public Tensor FineFeatures { get; }

    /// <summary>Fourier features of each token's centre, [h / 2, w / 2, <see cref="FeatureCount"/>].</summary>
    public Tensor Features { get; }

    /// <summary>Cosines of the rotary embedding, [T * h / 2 * w / 2, 64].</summary>
    public Tensor Cos { get; }

    /// <summary>Sines of the rotary embedding, [T * h / 2 * w / 2, 64].</summary>
    public Tensor Sin { get; }

    /// <summary>Features: sine and cosine of both coordinates at each octave, and the grid's shape.</summary>
    public const int FeatureCount = (4 * Octaves) + 2;

    public void Dispose()
    {
        FineFeatures.Dispose();
        Features.Dispose();
        Cos.Dispose();
        Sin.Dispose();
    }

    private static Tensor FeaturesOf(long height, long width, Device device)
    {
        float[] features = new float[height * width * FeatureCount];
        int at = 0;
        for (int row = 0; row < height; row++)
        {
            for (int column = 0; column < width; column++)
            {
                double y = (row + 0.5) / height, x = (column + 0.5) / width;
                for (int octave = 0; octave < Octaves; octave++)
                {
                    double scale = Math.PI * (1 << octave) / 2;
                    features[at++] = (float)Math.Sin(y * scale);
                    features[at++] = (float)Math.Cos(y * scale);
                    features[at++] = (float)Math.Sin(x * scale);
                    features[at++] = (float)Math.Cos(x * scale);
                }

                features[at++] = height / 8f;
                features[at++] = width / 8f;
            }
        }

        return tensor(features, [height, width, FeatureCount], device: device);
    }

    /// <summary>Rotary angles over (frame, row, column), [T * h * w, 64]: 8, 12 and 12 frequencies of 32.</summary>
    private static Tensor AnglesOf(long time, long height, long width, int spacing, Device device)
    {
        const int headWidth = PocketBlock.HeadWidth;
        const int half = headWidth / 2, forTime = half / 4, forRows = (half - forTime) / 2;
        float[] angles = new float[time * height * width * headWidth];
        int at = 0;
        for (int frame = 0; frame < time; frame++)
        {
            for (int row = 0; row < height; row++)
            {
                for (int column = 0; column < width; column++)
                {
                    for (int channel = 0; channel < headWidth; channel++)
                    {
                        int i = channel % half;
                        (int position, int index, int count) = i < forTime ? (frame * spacing, i, forTime)
                            : i < forTime + forRows ? (row, i - forTime, forRows)
                            : (column, i - forTime - forRows, half - forTime - forRows);
                        angles[at++] = (float)(position * Math.Pow(100, -(double)index / count));
                    }
                }
            }
        }

        return tensor(angles, [time * height * width, headWidth], device: device);
    }
}
