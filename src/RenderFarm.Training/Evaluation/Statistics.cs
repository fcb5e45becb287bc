namespace RenderFarm.Training.Evaluation;

/// <summary>Sums of many results; null of none.</summary>
internal static class Statistics
{
    public static double? Mean(IEnumerable<double> values)
    {
        double[] all = [.. values];
        return all.Length == 0 ? null : all.Average();
    }

    public static double? Median(IEnumerable<double> values)
    {
        double[] ordered = [.. values.Order()];
        return ordered.Length == 0 ? null : (ordered[(ordered.Length - 1) / 2] + ordered[ordered.Length / 2]) / 2;
    }

    public static double? Most(IEnumerable<double> values)
    {
        double[] all = [.. values];
        return all.Length == 0 ? null : all.Max();
    }

    public static double? Share<T>(IReadOnlyCollection<T> things, Func<T, bool> isSo) =>
        things.Count == 0 ? null : (double)things.Count(isSo) / things.Count;
}
