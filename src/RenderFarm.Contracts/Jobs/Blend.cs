namespace RenderFarm.Jobs;

/// <summary>How two windows' predictions are weighted over their overlap.</summary>
public enum Blend
{
    /// <summary>A straight ramp from one window to the other.</summary>
    Linear,

    /// <summary>One cut point inside the overlap, drawn per step from the seed (StreamingT2V, arXiv 2403.14773).</summary>
    Cut,

    /// <summary>Each window weighs by the distance to its nearer end, normalised.</summary>
    Pyramid,
}
