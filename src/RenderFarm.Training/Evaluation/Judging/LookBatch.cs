using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Training.Pocket;
using RenderFarm.Training.World;

namespace RenderFarm.Training.Evaluation.Judging;

/// <summary>Looks at rendered scenes of one size, and what is true of each.</summary>
/// <param name="Pixels">8-bit planes [B, 9, H, W]: red, green, blue of each of the three frames.</param>
/// <param name="Width">Of a frame.</param>
/// <param name="Height">Of a frame.</param>
/// <param name="Truths">B of them.</param>
internal sealed record LookBatch(byte[] Pixels, int Width, int Height, LookTruth[] Truths)
{
    /// <summary>How often a scene keeps its occluder and second subject: films have them, and permanence is about them.</summary>
    private const double ExtrasShare = 0.45;

    /// <summary>How often a look goes backwards in time, as at a clip's end.</summary>
    private const double BackwardShare = 0.25;

    /// <summary>Renders looks at scenes of their own.</summary>
    public static LookBatch Draw(Random random, int count)
    {
        (int width, int height) = PocketSizes.Draw(random);
        int plane = width * height;
        byte[] pixels = new byte[count * Look.Frames * 3 * plane];
        LookTruth[] truths = new LookTruth[count];
        for (int i = 0; i < count; i++)
        {
            double seconds = 1 + (random.NextDouble() * 60);
            int way = random.NextDouble() < BackwardShare ? -1 : 1;
            PocketCaption caption = HeldOutCaption.Draw(random, extras: random.NextDouble() < ExtrasShare);
            Scene scene = new(caption, width, height, random.Next());
            truths[i] = LookTruth.Of(scene, width, height, seconds, way);
            int frame = 0;
            foreach (int offset in (ReadOnlySpan<int>)[0, Look.Near, Look.Far])
            {
                float[] rendered = scene.Render(seconds + (way * offset / (double)Scene.Fps));
                int to = ((i * Look.Frames) + frame++) * 3 * plane;
                for (int pixel = 0; pixel < plane; pixel++)
                {
                    for (int channel = 0; channel < 3; channel++)
                    {
                        pixels[to + (channel * plane) + pixel] = ToByte(rendered[(3 * pixel) + channel]);
                    }
                }
            }
        }

        return new LookBatch(pixels, width, height, truths);
    }

    private static byte ToByte(float value) => (byte)Math.Clamp((value * 255) + 0.5f, 0, 255);
}
