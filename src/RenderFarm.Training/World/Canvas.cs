namespace RenderFarm.Training.World;

/// <summary>An image being drawn: three channels per pixel, row by row, 0 to 1; x to the right, y down, in pixels.</summary>
internal sealed class Canvas(int width, int height)
{
    public int Width { get; } = width;

    public int Height { get; } = height;

    public float[] Pixels { get; } = new float[width * height * 3];

    public void CopyFrom(Canvas other) => other.Pixels.CopyTo(Pixels, 0);

    /// <summary>Covers a pixel by a share of 0 to 1.</summary>
    public void Blend(int x, int y, Colour colour, float share)
    {
        int at = ((y * Width) + x) * 3;
        Pixels[at] += (colour.Red - Pixels[at]) * share;
        Pixels[at + 1] += (colour.Green - Pixels[at + 1]) * share;
        Pixels[at + 2] += (colour.Blue - Pixels[at + 2]) * share;
    }

    /// <summary>
    /// Fills where a signed distance (pixels, negative inside) is below zero, with an edge one pixel soft.
    /// </summary>
    public void Fill(float left, float top, float right, float bottom, Func<float, float, float> distance, Colour colour, float opacity = 1)
    {
        int x0 = Math.Max(0, (int)left - 1), x1 = Math.Min(Width - 1, (int)right + 1);
        int y0 = Math.Max(0, (int)top - 1), y1 = Math.Min(Height - 1, (int)bottom + 1);
        for (int y = y0; y <= y1; y++)
        {
            for (int x = x0; x <= x1; x++)
            {
                float cover = Math.Clamp(0.5f - distance(x + 0.5f, y + 0.5f), 0, 1) * opacity;
                if (cover > 0)
                {
                    Blend(x, y, colour, cover);
                }
            }
        }
    }

    public void Ellipse(float x, float y, float radiusX, float radiusY, Colour colour, float opacity = 1) =>
        Fill(x - radiusX, y - radiusY, x + radiusX, y + radiusY, (px, py) =>
        {
            float dx = (px - x) / radiusX, dy = (py - y) / radiusY;
            return (MathF.Sqrt((dx * dx) + (dy * dy)) - 1) * Math.Min(radiusX, radiusY);
        }, colour, opacity);

    public void Rectangle(float left, float top, float right, float bottom, Colour colour, float opacity = 1) =>
        Fill(left, top, right, bottom, (px, py) => Math.Max(Math.Max(left - px, px - right), Math.Max(top - py, py - bottom)), colour, opacity);

    /// <summary>A convex polygon, its corners in clockwise order (y down).</summary>
    public void Convex(ReadOnlySpan<(float X, float Y)> corners, Colour colour)
    {
        (float X, float Y)[] points = corners.ToArray();
        Fill(points.Min(p => p.X), points.Min(p => p.Y), points.Max(p => p.X), points.Max(p => p.Y), (px, py) =>
        {
            float most = float.MinValue;
            for (int i = 0; i < points.Length; i++)
            {
                (float X, float Y) a = points[i], b = points[(i + 1) % points.Length];
                float ex = b.X - a.X, ey = b.Y - a.Y;
                most = Math.Max(most, ((ey * (px - a.X)) - (ex * (py - a.Y))) / MathF.Sqrt((ex * ex) + (ey * ey)));
            }

            return most;
        }, colour);
    }
}
