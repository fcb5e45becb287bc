namespace RenderFarm.Training.World;

/// <summary>
/// Rain or snow as a regular pattern that falls by one row in a whole number of latent frames: to a video autoencoder it is a texture,
/// where scattered drops would be noise.
/// </summary>
internal static class Particles
{
    /// <summary>Frames in which rain falls by one row.</summary>
    private const int RainFrames = 4;

    /// <summary>Frames in which snow falls by one row.</summary>
    private const int SnowFrames = 8;

    /// <param name="canvas">What is drawn on.</param>
    /// <param name="width">The whole frame's, in pixels.</param>
    /// <param name="height">The whole frame's, in pixels.</param>
    /// <param name="weather">Of <see cref="Diffusion.Models.Pocket.PocketVocabulary.Weathers"/>.</param>
    /// <param name="frames">Time, in frames.</param>
    /// <param name="opacity">0 to 1.</param>
    public static void Draw(Canvas canvas, float width, float height, string weather, double frames, float opacity)
    {
        float unit = MathF.Sqrt(width * height);
        if (weather == "rain")
        {
            Grid rain = new(width, height, 0.17f * unit, 0.2f * unit, (float)(frames / RainFrames));
            Rain(canvas, rain, opacity);
        }
        else if (weather == "snow")
        {
            Grid snow = new(width, height, 0.18f * unit, 0.24f * unit, (float)(frames / SnowFrames));
            Snow(canvas, snow, opacity);
        }
    }

    private static void Rain(Canvas canvas, Grid grid, float opacity)
    {
        float length = 0.4f * grid.RowHeight;
        foreach ((float x0, float y, _) in grid.Drops())
        {
            float x = x0 - (0.15f * y);
            canvas.Fill(x - (0.15f * length) - 1, y, x + 1, y + length, (px, py) =>
                Math.Max(Math.Abs(px - x + (0.15f * (py - y))) - 0.9f, Math.Max(y - py, py - y - length)), new Colour(0.78f, 0.87f, 1), 0.65f * opacity);
        }
    }

    private static void Snow(Canvas canvas, Grid grid, float opacity)
    {
        float radius = 0.07f * grid.ColumnWidth;
        foreach ((float x0, float y, int column) in grid.Drops())
        {
            float x = x0 + (0.08f * grid.ColumnWidth * MathF.Sin((MathF.Tau * grid.Fallen) + column));
            canvas.Ellipse(x, y, radius, radius, new Colour(1, 1, 1), 0.9f * opacity);
        }
    }

    /// <summary>Columns beside each other, each shifted down by its own share of a row.</summary>
    private readonly record struct Grid(float Width, float Height, float ColumnWidth, float RowHeight, float Fallen)
    {
        public IEnumerable<(float X, float Y, int Column)> Drops()
        {
            int columns = (int)MathF.Ceiling(Width / ColumnWidth) + 2, rows = (int)MathF.Ceiling(Height / RowHeight) + 2;
            for (int i = 0; i < columns; i++)
            {
                float shift = i * 0.382f % 1;
                for (int j = -1; j < rows; j++)
                {
                    yield return ((i + 0.5f) * ColumnWidth, (j + ((shift + Fallen) % 1)) * RowHeight, i);
                }
            }
        }
    }
}
