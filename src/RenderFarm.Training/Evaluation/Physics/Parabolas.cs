namespace RenderFarm.Training.Evaluation.Physics;

/// <summary>Free fall in a track of heights: what lies between two contacts should be a parabola.</summary>
/// <param name="Count">Arcs that were fitted.</param>
/// <param name="Residual">Root mean square distance from the fitted parabolas, as a share of the track's whole height; null of none.</param>
/// <param name="Gravity">The median arc's acceleration downwards, in pixels a second squared; null of none.</param>
internal sealed record Parabolas(int Count, double? Residual, double? Gravity)
{
    /// <summary>A contact is the lowest of this many frames on either side.</summary>
    private const int Around = 3;

    /// <summary>A contact is in this share of the track's height from below.</summary>
    private const double Low = 0.35;

    /// <summary>An arc of fewer samples is not fitted: any curve would do.</summary>
    private const int FewestSamples = 6;

    /// <summary>Fits the arcs between contacts. The frames of the contacts belong to none: the way down may end and the way up begin in one.</summary>
    /// <param name="heights">Pixels above any level, one a frame.</param>
    /// <param name="fps">Frames a second.</param>
    /// <param name="least">A track that is less high than this, in pixels, does not bounce.</param>
    public static Parabolas Fit(IReadOnlyList<double> heights, double fps, double least)
    {
        double lowest = heights.Min(), range = heights.Max() - lowest;
        if (range < least)
        {
            return new Parabolas(0, null, null);
        }

        List<int> contacts = [-1];
        for (int i = 0; i < heights.Count; i++)
        {
            int first = Math.Max(0, i - Around), count = Math.Min(heights.Count - 1, i + Around) - first + 1;
            if (heights[i] < lowest + (Low * range) && Enumerable.Range(first, count).All(other => heights[other] >= heights[i]))
            {
                contacts.Add(i);
            }
        }

        contacts.Add(heights.Count);
        List<(double Gravity, double Squares, int Samples)> arcs = [];
        for (int i = 1; i < contacts.Count; i++)
        {
            double[] samples = [.. heights.Skip(contacts[i - 1] + 1).Take(contacts[i] - contacts[i - 1] - 1)];
            if (samples.Length >= FewestSamples)
            {
                (double curve, double squares) = Quadratic(samples);
                arcs.Add((-2 * curve * fps * fps, squares, samples.Length));
            }
        }

        return arcs.Count == 0
            ? new Parabolas(0, null, null)
            : new Parabolas(arcs.Count, Math.Sqrt(arcs.Sum(arc => arc.Squares) / arcs.Sum(arc => arc.Samples)) / range, Statistics.Median(arcs.Select(arc => arc.Gravity)));
    }

    /// <summary>The quadratic term of the least-squares parabola, in pixels a frame squared, and the sum of squared distances from it.</summary>
    private static (double Curve, double Squares) Quadratic(double[] samples)
    {
        // Polynomials that are orthogonal on evenly spaced samples: each term is found alone.
        int count = samples.Length;
        double middle = (count - 1) / 2.0, spread = ((count * (double)count) - 1) / 12;
        double mean = samples.Average(), slope = 0, slopeNorm = 0, curve = 0, curveNorm = 0;
        for (int i = 0; i < count; i++)
        {
            double linear = i - middle, quadratic = (linear * linear) - spread;
            slope += samples[i] * linear;
            slopeNorm += linear * linear;
            curve += samples[i] * quadratic;
            curveNorm += quadratic * quadratic;
        }

        (slope, curve) = (slope / slopeNorm, curve / curveNorm);
        double squares = 0;
        for (int i = 0; i < count; i++)
        {
            double linear = i - middle, rest = samples[i] - mean - (slope * linear) - (curve * ((linear * linear) - spread));
            squares += rest * rest;
        }

        return (curve, squares);
    }
}
