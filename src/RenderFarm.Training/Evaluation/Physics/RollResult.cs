using RenderFarm.Diffusion.Models.Pocket;

namespace RenderFarm.Training.Evaluation.Physics;

/// <summary>How one ball rolls.</summary>
/// <param name="Caption">What was asked for.</param>
/// <param name="IsSeen">Whether the model's clip shows a ball of the size that was asked for.</param>
/// <param name="OfModel">The model's.</param>
/// <param name="OfWorld">That of the world's own rendering, measured alike.</param>
/// <param name="Strip">Some of the model's frames at half size, 8-bit RGB; null for most.</param>
internal sealed record RollResult(PocketCaption Caption, bool IsSeen, Rolling OfModel, Rolling OfWorld, byte[][]? Strip);
