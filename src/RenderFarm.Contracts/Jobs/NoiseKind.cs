namespace RenderFarm.Jobs;

/// <summary>Where the noise comes from that a film's latent frames begin as.</summary>
public enum NoiseKind
{
    /// <summary>Every latent frame has its own.</summary>
    Independent,

    /// <summary>
    /// The first window's noise is used again and again, shuffled within each stride (FreeNoise, arXiv 2310.15169): windows far apart
    /// begin with the same noise in another order, and the film keeps its look.
    /// </summary>
    FreeNoise,
}
