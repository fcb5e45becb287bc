using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Training.World;

namespace RenderFarm.Training.Pocket;

/// <summary>The latent cells that a scene's subject touches, its right and bottom ends not included; empty where it is outside the frame.</summary>
internal readonly record struct CellBox(int Left, int Top, int Right, int Bottom)
{
    /// <summary>What the widest subject, a car, has to each side of its middle, in half heights.</summary>
    private const float Reach = 1.4f;

    /// <summary>The cells of a subject between two times, in seconds, in frames of a size in pixels.</summary>
    public static CellBox Of(Scene scene, double begin, double end, int width, int height)
    {
        Pose a = scene.PoseAt(begin), b = scene.PoseAt(end);
        float reach = Reach * a.Radius;
        return new CellBox(
            Cell(Math.Min(a.X, b.X) - reach, width),
            Cell(Math.Min(a.Y, b.Y) - reach, height),
            Cell(Math.Max(a.X, b.X) + reach + PocketAutoencoder.SpatialStride, width),
            Cell(Math.Max(a.Y, b.Y) + reach + PocketAutoencoder.SpatialStride, height));
    }

    private static int Cell(float pixel, int size) => (int)Math.Clamp(pixel / PocketAutoencoder.SpatialStride, 0, size / PocketAutoencoder.SpatialStride);
}
