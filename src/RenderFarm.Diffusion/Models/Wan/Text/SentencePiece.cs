namespace RenderFarm.Diffusion.Models.Wan.Text;

/// <summary>One piece of a vocabulary.</summary>
/// <param name="Text">Its characters; U+2581 stands for a space.</param>
/// <param name="Score">Logarithm of its probability.</param>
/// <param name="Kind">What it is for.</param>
public readonly record struct SentencePiece(string Text, float Score, SentencePieceKind Kind = SentencePieceKind.Normal);
