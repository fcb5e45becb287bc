namespace RenderFarm.Jobs;

/// <summary>How the windows of a film come to agree.</summary>
public enum Strategy
{
    /// <summary>All windows denoise at once and exchange predictions on their overlaps in every step.</summary>
    Parallel,

    /// <summary>A window starts when its predecessor is done and keeps the predecessor's last latent frames as clean frames.</summary>
    Relay,
}
