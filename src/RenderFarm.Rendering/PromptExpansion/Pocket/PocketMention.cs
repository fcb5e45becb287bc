namespace RenderFarm.Rendering.PromptExpansion.Pocket;

/// <summary>A phrase of the user's that pocket has a word for.</summary>
/// <param name="Attribute">What it speaks of.</param>
/// <param name="Value">Pocket's word.</param>
/// <param name="IsNear">Whether pocket's word is only the nearest that it has, which the user is told.</param>
/// <param name="Text">The user's words.</param>
/// <param name="Start">Index of its first word in the shot.</param>
/// <param name="End">One past its last word.</param>
internal sealed record PocketMention(PocketAttribute Attribute, string Value, bool IsNear, string Text, int Start, int End);
