namespace RenderFarm.Jobs;

/// <summary>The two schedules for UniPC in circulation; samples differ by about 1e-3 between them.</summary>
public enum UniPCSchedule
{
    /// <summary>From 1 (less 1e-6) down: Diffusers 0.37 and later.</summary>
    Endpoint1,

    /// <summary>From 0.999 down: the original Wan code and Diffusers up to 0.36.</summary>
    Endpoint0999,
}
