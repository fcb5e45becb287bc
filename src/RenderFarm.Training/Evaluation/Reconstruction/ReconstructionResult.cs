using RenderFarm.Jobs;

namespace RenderFarm.Training.Evaluation.Reconstruction;

/// <summary>What the autoencoder left of one clip.</summary>
/// <param name="Size">Of its frames.</param>
/// <param name="Weather">What falls or hangs in the air.</param>
/// <param name="Error">Mean squared error over all pixels, of values of 0 to 255.</param>
/// <param name="SubjectError">That around the subject.</param>
internal sealed record ReconstructionResult(FrameSize Size, string Weather, double Error, double SubjectError)
{
    /// <summary>Whether rain or snow falls in it, or begins to.</summary>
    public bool HasParticles => Weather is "rain" or "snow";
}
