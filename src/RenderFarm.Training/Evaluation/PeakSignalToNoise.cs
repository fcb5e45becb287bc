namespace RenderFarm.Training.Evaluation;

/// <summary>How like two images are, in decibels over 8-bit values.</summary>
internal static class PeakSignalToNoise
{
    /// <summary>What equal images are given: no more can be told of 8-bit values.</summary>
    public const double Most = 99;

    /// <summary>Of a mean squared error of values of 0 to 255.</summary>
    public static double Of(double squaredError) =>
        squaredError <= 0 ? Most : Math.Min(Most, 10 * Math.Log10(255.0 * 255.0 / squaredError));

    /// <summary>Mean squared difference.</summary>
    public static double SquaredError(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        if (first.Length != second.Length)
        {
            throw new ArgumentException($"images of {first.Length} and {second.Length} bytes cannot be compared", nameof(second));
        }

        double sum = 0;
        for (int i = 0; i < first.Length; i++)
        {
            double difference = first[i] - second[i];
            sum += difference * difference;
        }

        return first.Length == 0 ? 0 : sum / first.Length;
    }
}
