using RenderFarm.Diffusion.Models.Pocket;

namespace RenderFarm.Rendering.PromptExpansion.Pocket;

/// <summary>A phrase of the user's.</summary>
/// <param name="Entry">What the lexicon knows of it.</param>
/// <param name="Text">The user's words, in lower case and pocket's spelling.</param>
/// <param name="Index">Its place among the pieces of the shot.</param>
internal sealed record PocketPiece(PocketEntry Entry, string Text, int Index)
{
    public PocketWordKind Kind => Entry.Kind;

    /// <summary>Whether it is a colour or a size.</summary>
    public bool IsAdjective => Is(PocketAttribute.Colour) || Is(PocketAttribute.Size);

    /// <summary>Whether it names something, if only a place.</summary>
    public bool IsNoun => Kind is PocketWordKind.Thing or PocketWordKind.Garment
        || Is(PocketAttribute.Subject) || Is(PocketAttribute.Place) || Is(PocketAttribute.Time) || Is(PocketAttribute.Weather) || Is(PocketAttribute.Occluder);

    /// <summary>Whether it has the form of "rolling" or "parked".</summary>
    public bool IsParticiple =>
        Is(PocketAttribute.Action) && (Text.EndsWith("ing", StringComparison.Ordinal) || Text.EndsWith("ed", StringComparison.Ordinal));

    /// <summary>Its meaning for an attribute; null where it has none.</summary>
    public PocketMeaning? As(PocketAttribute attribute) => Entry.Meanings.FirstOrDefault(meaning => meaning.Attribute == attribute);

    /// <summary>Whether it speaks of an attribute.</summary>
    public bool Is(PocketAttribute attribute) => As(attribute) is not null;
}
