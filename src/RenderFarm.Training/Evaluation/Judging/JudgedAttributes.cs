using RenderFarm.Diffusion.Models.Pocket;

namespace RenderFarm.Training.Evaluation.Judging;

/// <summary>What a judge decides, and where each attribute's scores are in a row of them.</summary>
internal static class JudgedAttributes
{
    /// <summary>All of them: first those that a look shows, then those that take a clip.</summary>
    public static IReadOnlyList<PocketAttribute> All { get; } =
    [
        PocketAttribute.Place, PocketAttribute.Time, PocketAttribute.Weather, PocketAttribute.Colour, PocketAttribute.Subject,
        PocketAttribute.Size, PocketAttribute.Occluder, PocketAttribute.Action, PocketAttribute.Camera,
    ];

    /// <summary>What a caption without extras is asked for.</summary>
    public static IReadOnlyList<PocketAttribute> Asked { get; } = [.. All.Where(attribute => attribute != PocketAttribute.Occluder)];

    /// <summary>Where an attribute's scores begin.</summary>
    public static int Offset(PocketAttribute attribute) => All.TakeWhile(other => other != attribute).Sum(Count);

    /// <summary>How many scores an attribute has: one a value, and one for "no occluder" before an occluder's.</summary>
    public static int Count(PocketAttribute attribute) => PocketVocabulary.Of(attribute).Count + First(attribute);

    /// <summary>Scores of all attributes.</summary>
    public static int Width { get; } = All.Sum(Count);

    /// <summary>The score's index, in its attribute, of a value; null is "no occluder".</summary>
    public static int IndexOf(PocketAttribute attribute, string? value) =>
        value is null ? 0 : PocketVocabulary.Of(attribute).ToList().IndexOf(value) + First(attribute);

    /// <summary>The value of a score; null for "no occluder".</summary>
    public static string? Value(PocketAttribute attribute, int index) =>
        index < First(attribute) ? null : PocketVocabulary.Of(attribute)[index - First(attribute)];

    private static int First(PocketAttribute attribute) => attribute == PocketAttribute.Occluder ? 1 : 0;
}
