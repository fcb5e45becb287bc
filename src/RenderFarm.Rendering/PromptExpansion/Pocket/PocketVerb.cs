namespace RenderFarm.Rendering.PromptExpansion.Pocket;

/// <summary>An action of a sentence.</summary>
/// <param name="Piece">The words.</param>
/// <param name="Doer">Who likely does it; null where the sentence has named nobody before.</param>
internal sealed record PocketVerb(PocketPiece Piece, PocketNoun? Doer);
