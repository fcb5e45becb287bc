using RenderFarm.Diffusion.Models.Pocket;

namespace RenderFarm.Training.Evaluation.Physics;

/// <summary>How one subject bounces.</summary>
/// <param name="Caption">What was asked for.</param>
/// <param name="OfModel">The parabolas in the model's clip.</param>
/// <param name="OfWorld">Those in the world's own rendering, tracked by the same judge.</param>
/// <param name="Gravity">The world's own, from its track without a judge, in pixels a second squared.</param>
/// <param name="Strip">Some of the model's frames at half size, 8-bit RGB; null for most.</param>
internal sealed record BounceResult(PocketCaption Caption, Parabolas OfModel, Parabolas OfWorld, double Gravity, byte[][]? Strip);
