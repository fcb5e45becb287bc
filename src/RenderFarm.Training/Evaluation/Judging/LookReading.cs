using RenderFarm.Diffusion.Models.Pocket;

namespace RenderFarm.Training.Evaluation.Judging;

/// <summary>What the judge reads off one look.</summary>
/// <param name="Frame">The frame looked at.</param>
/// <param name="X">The subject's middle across, in pixels of the frame.</param>
/// <param name="Y">The subject's middle down, in pixels of the frame.</param>
/// <param name="OccluderX">The occluder's middle across, in pixels, where there is one.</param>
/// <param name="Logs">Logarithms of the probabilities of every attribute's values.</param>
internal sealed record LookReading(int Frame, double X, double Y, double OccluderX, float[] Logs)
{
    /// <summary>An attribute's value over some looks: of the highest mean logarithm; null for "no occluder".</summary>
    public static string? Decide(IReadOnlyCollection<LookReading> looks, PocketAttribute attribute)
    {
        int offset = JudgedAttributes.Offset(attribute);
        int best = Enumerable.Range(0, JudgedAttributes.Count(attribute)).MaxBy(i => looks.Sum(look => look.Logs[offset + i]));
        return JudgedAttributes.Value(attribute, best);
    }
}
