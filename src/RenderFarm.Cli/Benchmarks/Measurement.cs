namespace RenderFarm.Cli.Benchmarks;

/// <summary>One line of a benchmark.</summary>
/// <param name="Part">The part that measured it.</param>
/// <param name="What">What was done.</param>
/// <param name="Seconds">The median of its repetitions.</param>
/// <param name="GigaFlopsPerSecond">Its arithmetic by the time.</param>
/// <param name="ShareOfPeak">That by what matrix products of the same precision reached in the same run; null for those.</param>
internal sealed record Measurement(string Part, string What, double Seconds, double GigaFlopsPerSecond, double? ShareOfPeak);
