namespace RenderFarm.Training.Evaluation;

/// <summary>What one part of an evaluation found.</summary>
/// <param name="Method">How it was measured, in a sentence or two.</param>
/// <param name="Figures">The numbers, in the order in which people read them.</param>
public sealed record PartReport(string Method, IReadOnlyList<Figure> Figures)
{
    /// <summary>Confusions, and single results: by name, whatever the part has to say.</summary>
    public IReadOnlyDictionary<string, object>? Details { get; init; }

    /// <summary>Pictures of what was measured, in the output folder.</summary>
    public IReadOnlyList<string> Sheets { get; init; } = [];

    /// <summary>How long it took, without what earlier calls had done.</summary>
    public double Seconds { get; init; }
}
