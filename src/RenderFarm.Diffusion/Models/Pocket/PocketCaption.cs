using System.Text;

namespace RenderFarm.Diffusion.Models.Pocket;

/// <summary>What a caption of pocket says: a value of <see cref="PocketVocabulary"/> for each attribute, null where it says nothing.</summary>
public sealed record PocketCaption
{
    public string? Size { get; init; }
    public string? Colour { get; init; }
    public string? Subject { get; init; }
    public string? Action { get; init; }
    public string? Place { get; init; }
    public string? Time { get; init; }
    public string? Weather { get; init; }
    public string? Camera { get; init; }
    public string? Occluder { get; init; }
    public string? SecondColour { get; init; }
    public string? SecondSubject { get; init; }
    public string? Event { get; init; }

    /// <summary>The value of an attribute.</summary>
    public string? this[PocketAttribute attribute] => attribute switch
    {
        PocketAttribute.Size => Size,
        PocketAttribute.Colour => Colour,
        PocketAttribute.Subject => Subject,
        PocketAttribute.Action => Action,
        PocketAttribute.Place => Place,
        PocketAttribute.Time => Time,
        PocketAttribute.Weather => Weather,
        PocketAttribute.Camera => Camera,
        PocketAttribute.Occluder => Occluder,
        PocketAttribute.SecondColour => SecondColour,
        PocketAttribute.SecondSubject => SecondSubject,
        PocketAttribute.Event => Event,
        _ => throw new ArgumentOutOfRangeException(nameof(attribute), attribute, "not an attribute"),
    };

    /// <summary>For example "a small red ball bounces on the beach at sunset in the rain behind a pillar with a blue cube, the camera follows, night falls".</summary>
    public override string ToString()
    {
        StringBuilder text = new(Noun(Size, Colour, Subject ?? "thing"));
        Say(Action is null ? null : $" {Action}");
        Say(Place is null ? null : $" {(Place is "beach" or "snowfield" or "meadow" ? "on" : "in")} the {Place}");
        Say(Time is null ? null : $" {(Time == "day" ? "by" : "at")} {Time}");
        Say(Weather switch { null => null, "clear" => " in clear weather", "fog" => " in fog", _ => $" in the {Weather}" });
        Say(Occluder is null ? null : $" behind a {Occluder}");
        Say(SecondSubject is null ? null : $" with {Noun(null, SecondColour, SecondSubject)}");
        Say(Camera switch { null => null, "still" => ", still camera", _ => $", the camera {Camera}" });
        Say(Event switch { null => null, "turns round" => ", it turns round", _ => $", {Event}" });
        return text.ToString();

        void Say(string? words) => text.Append(words);
    }

    private static string Noun(string? size, string? colour, string subject)
    {
        string words = string.Join(' ', new[] { size, colour, subject }.Where(word => word is not null));
        return $"{(words[0] is 'a' or 'e' or 'i' or 'o' or 'u' ? "an" : "a")} {words}";
    }
}
