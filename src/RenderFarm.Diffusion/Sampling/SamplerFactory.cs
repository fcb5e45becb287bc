using RenderFarm.Jobs;
using RenderFarm.Plans;

namespace RenderFarm.Diffusion.Sampling;

public static class SamplerFactory
{
    /// <summary>The sampler of a plan's windows, before its first step.</summary>
    public static ISampler Create(RenderPlan plan) => Create(plan.Sampler, plan.Steps, plan.Shift, plan.Schedule);

    /// <param name="kind">The solver.</param>
    /// <param name="steps">At least 1.</param>
    /// <param name="shift">Flow shift of the schedule (arXiv 2403.03206, section 5.3.2); 1 is none.</param>
    /// <param name="schedule">UniPC's end point; of no effect for others.</param>
    public static ISampler Create(SamplerKind kind, int steps, double shift, UniPCSchedule schedule = UniPCSchedule.Endpoint1) => kind switch
    {
        SamplerKind.Euler => new FlowMatchEulerSampler(steps, shift),
        SamplerKind.UniPC => new UniPCSampler(steps, shift, schedule),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
