namespace RenderFarm.Rendering.Stitching;

/// <summary>Bound from <c>RenderFarm:Stitching</c>.</summary>
public sealed class StitchingOptions
{
    public const string Section = "RenderFarm:Stitching";

    /// <summary>Where a film grows before it goes to the artifact store; best on the store's own disk.</summary>
    public string WorkingFolder { get; set; } = Path.Combine(Path.GetTempPath(), "renderfarm");

    /// <summary>Latent frames decoded at a time.</summary>
    public int LatentFrames { get; set; } = 4;
}
