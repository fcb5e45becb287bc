namespace RenderFarm.Jobs;

/// <summary>The diffusion sampler that integrates a window from noise to a film's latents.</summary>
public enum SamplerKind
{
    /// <summary>Flow-matching Euler.</summary>
    Euler,

    /// <summary>UniPC of order 2 (arXiv 2302.04867) on the flow-matching path.</summary>
    UniPC,
}
