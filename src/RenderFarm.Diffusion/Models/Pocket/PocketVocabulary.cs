namespace RenderFarm.Diffusion.Models.Pocket;

/// <summary>Every value that pocket was trained on, by attribute.</summary>
public static class PocketVocabulary
{
    public static IReadOnlyList<string> Sizes { get; } = ["small", "medium", "large"];

    public static IReadOnlyList<string> Colours { get; } =
        ["red", "orange", "yellow", "green", "blue", "purple", "pink", "white", "black", "brown"];

    public static IReadOnlyList<string> Subjects { get; } =
        ["ball", "cube", "star", "balloon", "kite", "car", "boat", "rocket", "bird", "butterfly", "cat", "robot"];

    public static IReadOnlyList<string> Actions { get; } = ["rolls", "slides", "bounces", "flies", "floats", "spins", "stops", "stands"];

    public static IReadOnlyList<string> Places { get; } =
        ["beach", "meadow", "desert", "city", "snowfield", "forest", "mountains", "village"];

    public static IReadOnlyList<string> Times { get; } = ["dawn", "day", "sunset", "night"];

    public static IReadOnlyList<string> Weathers { get; } = ["clear", "rain", "snow", "fog"];

    public static IReadOnlyList<string> Cameras { get; } = ["still", "pans", "follows"];

    public static IReadOnlyList<string> Occluders { get; } = ["pillar", "tree"];

    public static IReadOnlyList<string> Events { get; } = ["turns round", "night falls", "day breaks", "rain begins", "snow begins"];

    /// <summary>The attributes, in the order of a reading.</summary>
    public static IReadOnlyList<PocketAttribute> Attributes { get; } = Enum.GetValues<PocketAttribute>();

    /// <summary>The values of an attribute.</summary>
    public static IReadOnlyList<string> Of(PocketAttribute attribute) => attribute switch
    {
        PocketAttribute.Size => Sizes,
        PocketAttribute.Colour or PocketAttribute.SecondColour => Colours,
        PocketAttribute.Subject or PocketAttribute.SecondSubject => Subjects,
        PocketAttribute.Action => Actions,
        PocketAttribute.Place => Places,
        PocketAttribute.Time => Times,
        PocketAttribute.Weather => Weathers,
        PocketAttribute.Camera => Cameras,
        PocketAttribute.Occluder => Occluders,
        PocketAttribute.Event => Events,
        _ => throw new ArgumentOutOfRangeException(nameof(attribute), attribute, "not an attribute"),
    };
}
