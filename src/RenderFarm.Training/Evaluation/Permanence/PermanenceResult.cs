using RenderFarm.Diffusion.Models.Pocket;

namespace RenderFarm.Training.Evaluation.Permanence;

/// <summary>What happened behind one occluder.</summary>
/// <param name="Caption">What was asked for.</param>
/// <param name="IsOccluderSeen">Whether the model's film has the occluder that was asked for.</param>
/// <param name="OfModel">The first pass in the model's film; null where there is none.</param>
/// <param name="OfWorld">That in the world's own rendering.</param>
/// <param name="Strip">Some of the model's frames at half size, 8-bit RGB; null for most.</param>
internal sealed record PermanenceResult(PocketCaption Caption, bool IsOccluderSeen, Pass? OfModel, Pass? OfWorld, byte[][]? Strip);
