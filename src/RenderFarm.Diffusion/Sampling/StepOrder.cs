namespace RenderFarm.Diffusion.Sampling;

/// <summary>Guards a sampler's history against a step done twice or left out.</summary>
internal static class StepOrder
{
    public static void Require(int step, int next, int steps)
    {
        if (step != next || step >= steps)
        {
            throw new InvalidOperationException($"step {step} was asked of a sampler whose next of {steps} is {next}");
        }
    }
}
