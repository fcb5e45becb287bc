namespace RenderFarm.Diffusion.Models.Wan.Vae;

/// <summary>A layer of the decoder that keeps frames in a stream's cache.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Channels">Of the frames that it keeps.</param>
/// <param name="Scale">Their rows and columns a latent cell.</param>
/// <param name="FromSecond">Whether it keeps none of a stream's first frame.</param>
internal sealed record CachedLayer(string Name, long Channels, long Scale, bool FromSecond)
{
    /// <summary>Frames that it keeps.</summary>
    public const long Frames = CausalConv.Kernel - 1;
}
