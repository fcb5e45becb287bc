using RenderFarm.Diffusion.Models.Pocket;

namespace RenderFarm.Training.Tests;

/// <summary>A caption from which tests go out.</summary>
internal static class WorldCaption
{
    public static PocketCaption Plain { get; } = new()
    {
        Size = "large",
        Colour = "red",
        Subject = "ball",
        Action = "stands",
        Place = "beach",
        Time = "day",
        Weather = "clear",
        Camera = "still",
    };
}
