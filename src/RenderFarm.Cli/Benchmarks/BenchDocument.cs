namespace RenderFarm.Cli.Benchmarks;

/// <summary>What <c>bench -o</c> writes.</summary>
internal sealed record BenchDocument(Machine Machine, IReadOnlyList<Measurement> Measurements);
