using System.Runtime.InteropServices;
using RenderFarm.Jobs;
using RenderFarm.Plans;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Noise;

/// <summary>
/// The timeline's noise: that of a latent frame is a function of (seed, frame) only, so neighbouring windows start equal in their
/// overlap, a re-run is the same and one window can be rendered alone. Standard normal by Box and Muller (1958) over Philox.
/// </summary>
/// <param name="seed">The job's.</param>
/// <param name="channels">Of a latent frame.</param>
/// <param name="height">In latent cells.</param>
/// <param name="width">In latent cells.</param>
/// <param name="freeNoise">Whose noise each frame takes; null for its own.</param>
public sealed class NoiseField(long seed, int channels, int height, int width, FreeNoise? freeNoise = null)
{
    /// <summary>The field of a plan's timeline.</summary>
    public static NoiseField Of(RenderPlan plan)
    {
        PlannedWindow[] windows = [.. plan.FilmWindows];
        FreeNoise? freeNoise = plan.Noise == NoiseKind.FreeNoise && windows.Length > 1
            ? new FreeNoise(plan.Seed, windows[0].Length, windows[1].Start + windows[1].Lead)
            : null;
        return new NoiseField(plan.Seed, plan.LatentChannels, plan.LatentHeight, plan.LatentWidth, freeNoise);
    }

    /// <summary>Noise of one latent frame, float32 [C, H, W] on the CPU, owned by the caller.</summary>
    public Tensor Frame(int latentFrame)
    {
        using Tensor window = Window(latentFrame, 1);
        return window.squeeze(1);
    }

    /// <summary>Noise of <paramref name="length"/> latent frames from <paramref name="start"/> on, float32 [C, T, H, W] on the CPU, owned by the caller.</summary>
    /// <param name="start">The first.</param>
    /// <param name="length">How many.</param>
    /// <param name="spacing">Frames of the timeline from one to the next.</param>
    public Tensor Window(int start, int length, int spacing = 1)
    {
        Tensor noise = empty([channels, length, height, width], float32, CPU);
        Span<float> values = MemoryMarshal.Cast<byte, float>(noise.bytes);
        int plane = height * width;
        float[] frame = new float[channels * plane];
        for (int t = 0; t < length; t++)
        {
            int place = start + (t * spacing);
            Fill(frame, freeNoise?.SourceOf(place) ?? place);
            for (int c = 0; c < channels; c++)
            {
                frame.AsSpan(c * plane, plane).CopyTo(values.Slice((c * length + t) * plane, plane));
            }
        }

        return noise;
    }

    /// <summary>A number in [0, 1) for one border between windows in one step; independent of the noise.</summary>
    public double Uniform(int step, int border) => CounterRandom.Uniform(seed, step, border);

    private void Fill(Span<float> values, int latentFrame)
    {
        for (int i = 0; i < values.Length; i += 4)
        {
            (uint a, uint b, uint c, uint d) = CounterRandom.Words(seed, (uint)(i / 4), (uint)latentFrame, 0, 0);
            Span<float> four = [0, 0, 0, 0];
            (four[0], four[1]) = Pair(a, b);
            (four[2], four[3]) = Pair(c, d);
            four[..Math.Min(4, values.Length - i)].CopyTo(values[i..]);
        }
    }

    private static (float First, float Second) Pair(uint a, uint b)
    {
        // In (0, 1): the logarithm needs a number above 0.
        double radius = Math.Sqrt(-2 * Math.Log((a + 0.5) / 4294967296.0));
        (double sin, double cos) = Math.SinCos(2 * Math.PI * (b / 4294967296.0));
        return ((float)(radius * cos), (float)(radius * sin));
    }
}
