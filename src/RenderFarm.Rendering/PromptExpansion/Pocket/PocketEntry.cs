namespace RenderFarm.Rendering.PromptExpansion.Pocket;

/// <summary>What the lexicon knows of a phrase.</summary>
/// <param name="Kind">What it does in a sentence.</param>
/// <param name="Meanings">For <see cref="PocketWordKind.Meaning"/> one or more, at most one an attribute; else empty.</param>
internal sealed record PocketEntry(PocketWordKind Kind, IReadOnlyList<PocketMeaning> Meanings);
