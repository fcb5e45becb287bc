namespace RenderFarm.Rendering.PromptExpansion;

/// <summary>The user's words for one shot.</summary>
/// <param name="Text">Trimmed, not empty.</param>
/// <param name="IsLater">Whether a word such as "then" set them apart from the words before; false where only a sentence ended.</param>
internal sealed record ShotWords(string Text, bool IsLater);
