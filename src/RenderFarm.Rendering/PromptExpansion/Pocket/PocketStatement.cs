using RenderFarm.Diffusion.Models.Pocket;

namespace RenderFarm.Rendering.PromptExpansion.Pocket;

/// <summary>What one shot's words say.</summary>
internal sealed record PocketStatement
{
    /// <summary>What is said; null for what is not. The action may be <see cref="PocketLexicon.Goes"/>; events are apart.</summary>
    public required PocketCaption Said { get; init; }

    /// <summary>The colour of the subject where only its name tells it, as a crow is black.</summary>
    public string? ColourByNature { get; init; }

    /// <summary>The user's word for the action, where pocket's is only the nearest that it has.</summary>
    public string? NearAction { get; init; }

    /// <summary>What changes while the camera looks, in the order said.</summary>
    public required IReadOnlyList<string> Events { get; init; }

    /// <summary>The thing that the shot is about, where pocket does not know it.</summary>
    public string? UnknownThing { get; init; }

    /// <summary>Words that carry meaning and that pocket has nothing for.</summary>
    public required IReadOnlyList<string> Unknown { get; init; }

    /// <summary>Whether it tells that something becomes otherwise than it was.</summary>
    public bool IsChange { get; init; }

    /// <summary>Whether it tells what else stands by.</summary>
    public bool IsBesides { get; init; }

    /// <summary>What was not understood or is shown otherwise, for people.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Whether anything was understood.</summary>
    public bool SaysSomething => Events.Count > 0 || Said != new PocketCaption();
}
