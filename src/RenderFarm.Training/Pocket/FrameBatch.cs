using RenderFarm.Training.World;

namespace RenderFarm.Training.Pocket;

/// <summary>Rendered frames as a network wants them.</summary>
internal static class FrameBatch
{
    /// <summary>Renders a rectangle of a clip as planes [3, F, h, w] in [-1, 1].</summary>
    public static float[] Crop(Scene scene, double start, int frames, int left, int top, int width, int height) =>
        Planes(scene, start, [.. Enumerable.Range(0, frames)], left, top, width, height);

    /// <summary>Renders some whole frames, counted from a time in seconds, as planes [3, F, H, W] in [-1, 1].</summary>
    public static float[] Whole(Scene scene, double start, int[] frames, int width, int height) => Planes(scene, start, frames, 0, 0, width, height);

    private static float[] Planes(Scene scene, double start, int[] frames, int left, int top, int width, int height)
    {
        float[] planes = new float[3 * frames.Length * width * height];
        for (int i = 0; i < frames.Length; i++)
        {
            float[] pixels = scene.Render(start + (frames[i] / (double)Scene.Fps), left, top, width, height);
            for (int channel = 0; channel < 3; channel++)
            {
                int to = ((channel * frames.Length) + i) * height * width;
                for (int at = 0, from = channel; from < pixels.Length; at++, from += 3)
                {
                    planes[to + at] = (2 * pixels[from]) - 1;
                }
            }
        }

        return planes;
    }
}
