namespace RenderFarm.Diffusion.Plans;

/// <summary>Where a timeline's windows lie: all of one length, evenly spread, at most two over a frame.</summary>
/// <param name="Length">Latent frames of every window.</param>
/// <param name="Starts">First latent frame of each window, rising.</param>
public sealed record WindowGeometry(int Length, IReadOnlyList<int> Starts)
{
    /// <summary>
    /// Covers <paramref name="latentFrames"/> with windows of at most <paramref name="windowLength"/> that overlap by at most half a
    /// window. Where a whole number of full windows would overlap too much, all of them are shortened alike. The overlap is at least
    /// <paramref name="overlap"/> wherever whole numbers allow it together with "at most half", else the most that they allow, and never 0.
    /// </summary>
    /// <param name="latentFrames">Length of the timeline, at least 1.</param>
    /// <param name="windowLength">The model's window, at least 2.</param>
    /// <param name="overlap">Wanted overlap, 1 to half a window.</param>
    public static WindowGeometry Cover(int latentFrames, int windowLength, int overlap)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(latentFrames, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(windowLength, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(overlap, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(overlap, windowLength / 2);
        if (latentFrames <= windowLength)
        {
            return new WindowGeometry(latentFrames, [0]);
        }

        int fewest = CeilingDivide(latentFrames - overlap, windowLength - overlap);
        (int Overlap, int Length, int Count) best = default;
        for (int count = Math.Max(2, fewest - 1); count <= fewest || best.Count == 0; count++)
        {
            for (int length = windowLength; length >= 2; length--)
            {
                // Strides are the floor or the ceiling of their mean: the floor decides the largest overlap, the ceiling the smallest.
                int least = length - CeilingDivide(latentFrames - length, count - 1);
                bool atMostHalf = (latentFrames - length) / (count - 1) >= length - length / 2;
                (int Overlap, int Length, int Count) candidate = (Math.Min(least, overlap), length, count);
                if (least >= 1 && atMostHalf && (candidate.Overlap, candidate.Length).CompareTo((best.Overlap, best.Length)) > 0)
                {
                    best = candidate;
                }
            }
        }

        int gaps = best.Count - 1;
        int[] starts = new int[best.Count];
        for (int i = 0; i < starts.Length; i++)
        {
            starts[i] = (int)((2L * i * (latentFrames - best.Length) + gaps) / (2L * gaps));
        }

        return new WindowGeometry(best.Length, starts);
    }

    private static int CeilingDivide(int value, int by) => (value + by - 1) / by;
}
