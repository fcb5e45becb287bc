namespace RenderFarm.Diffusion.Models.Pocket;

/// <summary>Every word that pocket was trained on, by attribute; a caption names one of each.</summary>
public static class PocketVocabulary
{
    public static IReadOnlyList<string> Colours { get; } = ["red", "orange", "yellow", "green", "blue", "purple", "pink", "white"];

    public static IReadOnlyList<string> Subjects { get; } = ["ball", "car", "bird", "balloon", "star", "cube"];

    public static IReadOnlyList<string> Actions { get; } = ["rolls", "bounces", "flies", "floats", "stands"];

    public static IReadOnlyList<string> Places { get; } = ["beach", "meadow", "desert", "city", "snowfield"];

    public static IReadOnlyList<string> Times { get; } = ["day", "sunset", "night"];

    public static IReadOnlyList<string> Weathers { get; } = ["clear", "rain", "snow"];
}
