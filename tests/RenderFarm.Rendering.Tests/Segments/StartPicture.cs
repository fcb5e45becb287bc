using RenderFarm.Diffusion.Windows;
using RenderFarm.Jobs;
using RenderFarm.Plans;
using static TorchSharp.torch;

namespace RenderFarm.Rendering.Tests.Segments;

/// <summary>A picture that films of a test begin with: colours that change from corner to corner.</summary>
internal static class StartPicture
{
    public static byte[] Rgb(FrameSize size)
    {
        byte[] rgb = new byte[size.Width * size.Height * 3];
        for (int i = 0; i < rgb.Length; i++)
        {
            int x = i / 3 % size.Width, y = i / 3 / size.Width;
            rgb[i] = (byte)((x * 255 / size.Width * (i % 3)) + (y * 127 / size.Height));
        }

        return rgb;
    }

    /// <summary>As the timeline takes it; null where the plan has none.</summary>
    public static Tensor? Of(RenderPlan plan) => plan.StartImage is null ? null : CleanFrames.Image(Rgb(plan.Size), plan.Size, CPU);
}
