namespace RenderFarm.Jobs;

/// <summary>How the windows of a film come to agree.</summary>
public enum Strategy
{
    /// <summary>All windows denoise at once and exchange predictions on their overlaps in every step.</summary>
    Parallel,

    /// <summary>A window starts when its predecessor is done and keeps the predecessor's last latent frames as clean frames.</summary>
    Relay,

    /// <summary>
    /// First a sparse timeline of keyframes over the whole film, then all windows at once with the keyframes inside them kept as clean
    /// frames (NUWA-XL's idea, arXiv 2303.12346). On overlaps both agree as in <see cref="Parallel"/>.
    /// </summary>
    Anchored,
}
