using RenderFarm.Jobs;

namespace RenderFarm.Diffusion.Sampling;

public static class SamplerFactory
{
    /// <param name="kind">The solver.</param>
    /// <param name="steps">At least 1.</param>
    /// <param name="shift">Flow shift of the schedule (arXiv 2403.03206, section 5.3.2); 1 is none.</param>
    public static ISampler Create(SamplerKind kind, int steps, double shift) => kind switch
    {
        SamplerKind.Euler => new FlowMatchEulerSampler(steps, shift),
        SamplerKind.UniPC => new UniPCSampler(steps, shift),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
