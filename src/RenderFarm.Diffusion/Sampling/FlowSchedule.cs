using RenderFarm.Jobs;

namespace RenderFarm.Diffusion.Sampling;

/// <summary>The noise levels of flow matching, computed in 64 bits and rounded once to the 32 that samplers use.</summary>
public static class FlowSchedule
{
    /// <summary>Moves a noise level towards noise: s x / (1 + (s - 1) x) (arXiv 2403.03206, equation 23).</summary>
    public static double Shift(double sigma, double shift) => shift * sigma / (1 + (shift - 1) * sigma);

    /// <summary>
    /// Diffusers' flow-matching Euler: the ends (1 and 1/1000) are shifted, and so is every value evenly between the shifted ends.
    /// Steps + 1 values, the last 0.
    /// </summary>
    public static float[] Euler(int steps, double shift)
    {
        double last = Shift(0.001, shift);
        float[] sigmas = new float[steps + 1];
        for (int i = 0; i < steps; i++)
        {
            double even = steps == 1 ? 1 : 1 + (last - 1) * i / (steps - 1);
            sigmas[i] = (float)Shift(even, shift);
        }

        return sigmas;
    }

    /// <summary>UniPC's levels in 64 bits, without the final 0.</summary>
    public static double[] UniPC(int steps, double shift, UniPCSchedule schedule)
    {
        double[] sigmas = new double[steps];
        for (int i = 0; i < steps; i++)
        {
            double even = schedule == UniPCSchedule.Endpoint1 ? 1 - 0.999 * i / steps : 0.999 * (1 - (double)i / steps);
            sigmas[i] = Shift(even, shift);
        }

        // A first level of 1 would have a signal-to-noise ratio of 0, whose logarithm the solver could not use.
        if (schedule == UniPCSchedule.Endpoint1)
        {
            sigmas[0] -= 1e-6;
        }

        return sigmas;
    }
}
