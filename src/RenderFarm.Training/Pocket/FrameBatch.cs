using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Training.World;

namespace RenderFarm.Training.Pocket;

/// <summary>Rendered frames as a network wants them.</summary>
internal static class FrameBatch
{
    /// <summary>pocket's frame rate.</summary>
    public const int Fps = 8;

    /// <summary>pocket's frame size.</summary>
    public const int Width = 192;

    /// <summary>pocket's frame size.</summary>
    public const int Height = 112;

    /// <summary>Renders a clip of 1 + 4k frames as planes [3, F, H, W] in [-1, 1].</summary>
    public static float[] Clip(Scene scene, double start, int frames) => Crop(scene, start, frames, 0, 0, Width, Height);

    /// <summary>Renders a rectangle of a clip as planes [3, F, h, w] in [-1, 1].</summary>
    public static float[] Crop(Scene scene, double start, int frames, int left, int top, int width, int height)
    {
        float[] planes = new float[3 * frames * width * height];
        for (int frame = 0; frame < frames; frame++)
        {
            float[] pixels = scene.Render(start + (frame / (double)Fps));
            for (int channel = 0; channel < 3; channel++)
            {
                for (int y = 0; y < height; y++)
                {
                    int to = ((((channel * frames) + frame) * height) + y) * width;
                    int from = ((((top + y) * Width) + left) * 3) + channel;
                    for (int x = 0; x < width; x++, from += 3)
                    {
                        planes[to + x] = (2 * pixels[from]) - 1;
                    }
                }
            }
        }

        return planes;
    }

    /// <summary>A new scene of pocket's size.</summary>
    public static Scene RandomScene(Random random) => RandomScene(random, Scene.RandomCaption(random));

    /// <summary>A new scene of pocket's size with a caption.</summary>
    public static Scene RandomScene(Random random, PocketCaption caption) => new(caption, Width, Height, random.Next());
}
