using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Jobs;

namespace RenderFarm.Training.Evaluation.Adherence;

/// <summary>What the judge saw for one caption.</summary>
/// <param name="Caption">What was asked for.</param>
/// <param name="Size">Of the frames.</param>
/// <param name="OfModel">Seen in the model's clip.</param>
/// <param name="OfWorld">Seen in the world's own rendering of the caption.</param>
/// <param name="OfDecodedWorld">Seen in that rendering after the model's autoencoder.</param>
/// <param name="Strip">Some of the model's frames at half size, 8-bit RGB; null for most.</param>
internal sealed record AdherenceResult(
    PocketCaption Caption, FrameSize Size, PocketCaption OfModel, PocketCaption OfWorld, PocketCaption OfDecodedWorld, byte[][]? Strip)
{
    /// <summary>Whether all that was asked for is seen.</summary>
    public bool IsRight(IEnumerable<PocketAttribute> asked) => asked.All(attribute => OfModel[attribute] == Caption[attribute]);
}
