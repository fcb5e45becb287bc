using RenderFarm.Diffusion.Noise;
using RenderFarm.Jobs;
using RenderFarm.Plans;

namespace RenderFarm.Diffusion.Windows;

/// <summary>The weights of two neighbouring windows' predictions over their overlap.</summary>
public static class BlendWeights
{
    /// <summary>
    /// The right window's weight for each latent frame of the overlap, 0 to 1. The left's is 1 minus it, and the two sum to exactly
    /// one in float32.
    /// </summary>
    /// <param name="blend">
    /// <c>Linear</c>: a straight ramp without its ends. <c>Cut</c>: 0 before a cut point, 1 from it on (StreamingT2V, arXiv 2403.14773).
    /// <c>Pyramid</c>: each window's distance to its nearer end, normalised; equal to <c>Linear</c> while overlaps are at most half
    /// a window, as every plan's are.
    /// </param>
    /// <param name="overlap">Latent frames shared, at least 1.</param>
    /// <param name="leftLength">Latent frames of the left window.</param>
    /// <param name="rightLength">Latent frames of the right window.</param>
    /// <param name="seed">The job's.</param>
    /// <param name="step">Of the sampler; <c>Cut</c> draws a new point in every step.</param>
    /// <param name="border">Index of the left window.</param>
    public static float[] Right(Blend blend, int overlap, int leftLength, int rightLength, long seed, int step, int border)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(overlap, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(overlap, Math.Min(leftLength, rightLength));
        float[] weights = new float[overlap];
        int cut = (int)(CounterRandom.Uniform(seed, step, border) * (overlap + 1));
        for (int i = 0; i < overlap; i++)
        {
            weights[i] = blend switch
            {
                Blend.Linear => (i + 1f) / (overlap + 1f),
                Blend.Cut => i < cut ? 0 : 1,
                Blend.Pyramid => Pyramid(i, rightLength) / (Pyramid(leftLength - overlap + i, leftLength) + Pyramid(i, rightLength)),
                _ => throw new ArgumentOutOfRangeException(nameof(blend), blend, null),
            };
        }

        return weights;
    }

    /// <summary>The right window's weights on the overlap of windows <paramref name="border"/> and <paramref name="border"/> + 1 of a plan; 0 on its lead.</summary>
    public static float[] Right(RenderPlan plan, int border, int step)
    {
        PlannedWindow left = plan.Windows[border], right = plan.Windows[border + 1];
        float[] weights = Right(plan.Blend, left.OverlapAfter - right.Lead, left.Length, right.Length - right.Lead, plan.Seed, step, border);
        return [.. new float[right.Lead], .. weights];
    }

    private static float Pyramid(int frame, int length) => Math.Min(frame + 1, length - frame);
}
