using StbImageWriteSharp;
using static TorchSharp.torch;

namespace RenderFarm.Training.Sheets;

/// <summary>An image in memory: packed 8-bit RGB, row by row.</summary>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Rgb">Width x Height x 3 bytes.</param>
public sealed record Picture(int Width, int Height, byte[] Rgb)
{
    /// <summary>One frame of a clip, uint8 [F, H, W, 3] on the CPU.</summary>
    public static Picture Of(Tensor frames, int index)
    {
        int height = (int)frames.shape[1], width = (int)frames.shape[2], size = height * width * 3;
        return new Picture(width, height, frames.bytes.Slice(index * size, size).ToArray());
    }

    /// <summary>Writes it as PNG; a file that is there is replaced whole.</summary>
    public void Save(string path)
    {
        string part = path + ".part";
        using (FileStream file = File.Create(part))
        {
            new ImageWriter().WritePng(Rgb, Width, Height, ColorComponents.RedGreenBlue, file);
        }

        File.Move(part, path, overwrite: true);
    }

    /// <summary>Half as wide and high: the mean of each 2x2 pixels.</summary>
    public Picture Halved()
    {
        int width = Width / 2, height = Height / 2;
        byte[] half = new byte[width * height * 3];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                for (int channel = 0; channel < 3; channel++)
                {
                    int at = ((2 * y * Width) + (2 * x)) * 3 + channel, below = at + (3 * Width);
                    half[(((y * width) + x) * 3) + channel] = (byte)((Rgb[at] + Rgb[at + 3] + Rgb[below] + Rgb[below + 3] + 2) / 4);
                }
            }
        }

        return new Picture(width, height, half);
    }
}
