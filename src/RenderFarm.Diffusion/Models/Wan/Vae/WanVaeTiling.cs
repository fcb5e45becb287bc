using RenderFarm.Errors;

namespace RenderFarm.Diffusion.Models.Wan.Vae;

/// <summary>
/// Cuts large frames into tiles that go through the VAE one after another, so that what a chunk needs while it is computed is bounded by
/// the tile; linear ramps blend the tiles where they overlap. Frames come out a little different: nothing of a tile sees what lies beyond
/// it, the attention over the whole frame least of all. A stream's cache still is that of the whole frame, and more by the overlaps.
/// </summary>
public sealed record WanVaeTiling
{
    /// <summary>For frames above 1280 x 720 pixels.</summary>
    public static WanVaeTiling Automatic { get; } = new();

    /// <summary>Rows and columns of a tile in latent cells, at most.</summary>
    public int Size { get; init; } = 64;

    /// <summary>
    /// Rows or columns that neighbouring tiles share, in latent cells: 1 to a third of <see cref="Size"/>, so that no three meet in a line.
    /// </summary>
    public int Overlap { get; init; } = 16;

    /// <summary>Pixels of the largest frame that is not cut; 0 cuts every frame that is larger than a tile.</summary>
    public long AbovePixels { get; init; } = 1280 * 720;

    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidSpec"/>, naming the value and what is allowed.</exception>
    public void Validate()
    {
        if (Size is < 3 or > 4096)
        {
            throw new RenderFarmException(ErrorCodes.InvalidSpec, $"tiles are {Size} latent cells, not 3 to 4096");
        }

        if (Overlap < 1 || Overlap > Size / 3)
        {
            throw new RenderFarmException(ErrorCodes.InvalidSpec, $"tiles of {Size} latent cells overlap by {Overlap}, not by 1 to {Size / 3}");
        }
    }
}
