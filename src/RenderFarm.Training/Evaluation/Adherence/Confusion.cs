using RenderFarm.Diffusion.Models.Pocket;

namespace RenderFarm.Training.Evaluation.Adherence;

/// <summary>How often one value was seen where another was asked for.</summary>
/// <param name="Attribute">Of the values.</param>
/// <param name="Asked">In the caption.</param>
/// <param name="Seen">By the judge.</param>
/// <param name="Count">Clips.</param>
internal sealed record Confusion(PocketAttribute Attribute, string Asked, string Seen, int Count)
{
    /// <summary>All confusions of an attribute, the most frequent first.</summary>
    public static IReadOnlyList<Confusion> Of(PocketAttribute attribute, IEnumerable<(string? Asked, string? Seen)> pairs) =>
    [
        .. pairs.Where(pair => pair.Asked != pair.Seen)
            .GroupBy(pair => pair)
            .Select(group => new Confusion(attribute, group.Key.Asked ?? "none", group.Key.Seen ?? "none", group.Count()))
            .OrderByDescending(confusion => confusion.Count).ThenBy(confusion => confusion.Asked, StringComparer.Ordinal)
    ];
}
