using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Pocket;

/// <summary>Where a token is: absolute in its frame (horizons have a height), relative in time (windows have no place of their own).</summary>
internal static class PocketPositions
{
    private const int Octaves = 4;

    /// <summary>Features a cell: sine and cosine of both coordinates at each octave, and the frame's shape.</summary>
    public const int Features = (4 * Octaves) + 2;

    /// <summary>Fourier features of each cell's centre, [h * w, <see cref="Features"/>].</summary>
    public static Tensor Of(long height, long width, Device device)
    {
        float[] features = new float[height * width * Features];
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

        return tensor(features, [height * width, Features], device: device);
    }

    /// <summary>Rotary tables over (frame, row, column), each [T * h * w, headWidth]: 8, 12 and 12 frequencies of 32.</summary>
    public static (Tensor Cos, Tensor Sin) Rotary(long time, long height, long width, int headWidth, Device device)
    {
        int half = headWidth / 2, forTime = half / 4, forRows = (half - forTime) / 2;
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
                        (int position, int index, int count) = i < forTime ? (frame, i, forTime)
                            : i < forTime + forRows ? (row, i - forTime, forRows)
                            : (column, i - forTime - forRows, half - forTime - forRows);
                        angles[at++] = (float)(position * Math.Pow(100, -(double)index / count));
                    }
                }
            }
        }

        using Tensor table = tensor(angles, [time * height * width, headWidth], device: device);
        return (table.cos(), table.sin());
    }
}
