using System.ComponentModel;

namespace RenderFarm.Rendering.PromptExpansion.Language;

internal sealed record ShotAnswer
{
    [Description("What the shot shows, 60 to 120 words of English that stand alone.")]
    public required string Caption { get; init; }

    [Description("False only where the subject is out of view in this shot.")]
    public bool ShowsSubject { get; init; } = true;

    [Description("The shot's length relative to the others: 1 is ordinary, 0.5 half as long, 2 twice as long.")]
    public double Share { get; init; } = 1;
}
