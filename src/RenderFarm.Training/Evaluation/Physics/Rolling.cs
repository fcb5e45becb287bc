namespace RenderFarm.Training.Evaluation.Physics;

/// <summary>How a ball's turn goes with its way.</summary>
/// <param name="Ratio">The slope of angle x radius over way: 1 rolls without slipping, 0 slides, below 0 turns the wrong way; null where it hardly goes.</param>
internal sealed record Rolling(double? Ratio)
{
    /// <summary>Ways shorter than this, in radii, say nothing.</summary>
    private const double LeastWay = 0.6;

    /// <summary>Fits the slope by least squares.</summary>
    /// <param name="readings">One a frame; angles of any turn.</param>
    /// <param name="radius">In pixels.</param>
    public static Rolling Fit(IReadOnlyList<BallReading> readings, double radius)
    {
        double[] ways = [.. readings.Select(reading => reading.X)];
        if (ways.Max() - ways.Min() < LeastWay * radius)
        {
            return new Rolling((double?)null);
        }

        double angle = readings[0].Angle;
        double[] arcs = new double[ways.Length];
        for (int i = 0; i < ways.Length; i++)
        {
            // The turn from one frame to the next is less than half a round: of all equal angles the nearest is meant.
            angle += Math.IEEERemainder(readings[i].Angle - angle, Math.Tau);
            arcs[i] = angle * radius;
        }

        double meanWay = ways.Average(), meanArc = arcs.Average(), product = 0, square = 0;
        for (int i = 0; i < ways.Length; i++)
        {
            product += (ways[i] - meanWay) * (arcs[i] - meanArc);
            square += (ways[i] - meanWay) * (ways[i] - meanWay);
        }

        return new Rolling(product / square);
    }
}
