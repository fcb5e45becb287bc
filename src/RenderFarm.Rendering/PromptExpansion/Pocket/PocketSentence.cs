namespace RenderFarm.Rendering.PromptExpansion.Pocket;

/// <summary>One shot's words, parsed.</summary>
/// <param name="Pieces">Its phrases.</param>
/// <param name="Nouns">In the order said.</param>
/// <param name="Verbs">In the order said; those that are denied are not among them.</param>
/// <param name="Denied">Phrases that are said not to hold, as "rain" in "without rain".</param>
/// <param name="Loose">Colours and sizes said of nothing in particular.</param>
internal sealed record PocketSentence(
    IReadOnlyList<PocketPiece> Pieces,
    IReadOnlyList<PocketNoun> Nouns,
    IReadOnlyList<PocketVerb> Verbs,
    IReadOnlyList<PocketPiece> Denied,
    IReadOnlyList<PocketPiece> Loose)
{
    /// <summary>The pieces that are not denied.</summary>
    public IEnumerable<PocketPiece> Said => Pieces.Except(Denied);
}
