namespace RenderFarm.Rendering.PromptExpansion.Pocket;

/// <summary>A noun of a sentence with what is said of it.</summary>
/// <param name="Head">What it names; null for a noun that pocket does not know.</param>
internal sealed record PocketNoun(PocketPiece? Head)
{
    /// <summary>The preposition before it; null where it stands free, as the subject of a sentence does.</summary>
    public string? Governor { get; init; }

    /// <summary>Its article or the like; null where it has none.</summary>
    public string? Determiner { get; init; }

    /// <summary>Whether there is more than one of it.</summary>
    public bool IsMany { get; init; }

    /// <summary>Whether it is only compared with, or said not to be there.</summary>
    public bool IsUnseen { get; init; }

    /// <summary>Whether it stands in a clause such as "while a bird sings".</summary>
    public bool IsAside { get; init; }

    /// <summary>Whether it follows a verb that has no subject of its own, as in "and hits a cube".</summary>
    public bool IsObject { get; init; }

    /// <summary>The piece at which it begins.</summary>
    public required int Start { get; init; }

    /// <summary>One past the piece at which it ends.</summary>
    public required int End { get; init; }

    /// <summary>Its colours, in the order said.</summary>
    public IList<PocketPiece> Colours { get; } = [];

    /// <summary>Its sizes, in the order said.</summary>
    public IList<PocketPiece> Sizes { get; } = [];

    /// <summary>Nouns before it that describe it, as in "city bus".</summary>
    public IReadOnlyList<PocketPiece> Modifiers { get; init; } = [];

    /// <summary>The last of its words that pocket does not know; null where it knows them all.</summary>
    public string? Unknown { get; init; }

    /// <summary>Whether it is a word such as "it" or "one" for a noun said before.</summary>
    public bool IsPronoun => Head?.Kind is PocketWordKind.Pronoun or PocketWordKind.One;
}
