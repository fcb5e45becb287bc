using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Training.World;
using static TorchSharp.torch;

namespace RenderFarm.Training.Evaluation.Judging;

/// <summary>Frames of a scene, as a decoder gives them.</summary>
/// <param name="Caption">What the scene shows.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Pixels">Packed 8-bit RGB, [F, H, W, 3].</param>
internal sealed record RenderedClip(PocketCaption Caption, int Width, int Height, byte[] Pixels)
{
    /// <param name="caption">Of the scene.</param>
    /// <param name="scene">What it shows.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="start">Of its first frame, in seconds.</param>
    /// <param name="count">Frames.</param>
    /// <param name="every">Renders each such frame only; the others are black.</param>
    public static RenderedClip Render(PocketCaption caption, Scene scene, int width, int height, double start, int count, int every = 1)
    {
        byte[] pixels = new byte[count * width * height * 3];
        for (int frame = 0; frame < count; frame += every)
        {
            float[] rendered = scene.Render(start + (frame / (double)Scene.Fps));
            Span<byte> to = pixels.AsSpan(frame * rendered.Length, rendered.Length);
            for (int i = 0; i < rendered.Length; i++)
            {
                to[i] = (byte)Math.Clamp((rendered[i] * 255) + 0.5f, 0, 255);
            }
        }

        return new RenderedClip(caption, width, height, pixels);
    }

    /// <summary>uint8 [F, H, W, 3] on the CPU, owned by the caller.</summary>
    public Tensor ToTensor() => tensor(Pixels, [Pixels.Length / (Width * Height * 3), Height, Width, 3]);
}
