using RenderFarm.Diffusion.Models.Pocket;

namespace RenderFarm.Rendering.PromptExpansion.Pocket;

/// <summary>One reading of a phrase as a value of an attribute.</summary>
/// <param name="Attribute">What it speaks of.</param>
/// <param name="Value">Pocket's word; for an action also <see cref="PocketLexicon.Goes"/>.</param>
/// <param name="IsNear">Whether pocket's word is only the nearest that it has, which the user is told.</param>
/// <param name="Yields">Whether it counts only where nothing else is said, as "road" is a city unless it leads through a forest.</param>
/// <param name="Base">The phrase as the lexicon has it, uninflected.</param>
internal sealed record PocketMeaning(PocketAttribute Attribute, string Value, bool IsNear, bool Yields, string Base)
{
    /// <summary>How much it weighs against other words for the same attribute.</summary>
    public int Rank => Yields ? 0 : IsNear ? 1 : 2;
}
