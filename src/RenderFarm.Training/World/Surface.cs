namespace RenderFarm.Training.World;

/// <summary>A rectangle of pixels that shapes are drawn on; x to the right, y down.</summary>
internal abstract class Surface(int left, int top, int width, int height)
{
    public int Left { get; } = left;

    public int Top { get; } = top;

    public int Width { get; } = width;

    public int Height { get; } = height;

    /// <summary>Covers a pixel by a share of 0 to 1.</summary>
    public abstract void Blend(int x, int y, Colour colour, float share);

    /// <summary>Whether columns go on at the other side.</summary>
    protected virtual bool Wraps => false;

    /// <summary>Fills where a signed distance (pixels, negative inside) is below zero, with an edge one pixel soft.</summary>
    public void Fill(float left, float top, float right, float bottom, Func<float, float, float> distance, Colour colour, float opacity = 1)
    {
        if (opacity <= 0)
        {
            return;
        }

        int x0 = (int)MathF.Floor(left) - 1, x1 = (int)MathF.Ceiling(right) + 1;
        if (!Wraps)
        {
            (x0, x1) = (Math.Max(Left, x0), Math.Min(Left + Width - 1, x1));
        }

        int y0 = Math.Max(Top, (int)MathF.Floor(top) - 1), y1 = Math.Min(Top + Height - 1, (int)MathF.Ceiling(bottom) + 1);
        for (int y = y0; y <= y1; y++)
        {
            for (int x = x0; x <= x1; x++)
            {
                float cover = Math.Clamp(0.5f - distance(x + 0.5f, y + 0.5f), 0, 1) * opacity;
                if (cover > 0)
                {
                    Blend(Wraps ? ((x % Width) + Width) % Width : x, y, colour, cover);
                }
            }
        }
    }

    public void Ellipse(float x, float y, float radiusX, float radiusY, Colour colour, float opacity = 1) =>
        Fill(x - radiusX, y - radiusY, x + radiusX, y + radiusY, (px, py) => Shapes.Ellipse(px - x, py - y, radiusX, radiusY), colour, opacity);

    public void Rectangle(float left, float top, float right, float bottom, Colour colour, float opacity = 1) =>
        Fill(left, top, right, bottom, (px, py) => Math.Max(Math.Max(left - px, px - right), Math.Max(top - py, py - bottom)), colour, opacity);

    /// <summary>A convex polygon, its corners in clockwise order (y down).</summary>
    public void Convex((float X, float Y)[] corners, Colour colour, float opacity = 1) => Fill(
        corners.Min(p => p.X), corners.Min(p => p.Y), corners.Max(p => p.X), corners.Max(p => p.Y),
        (px, py) => Shapes.Convex(px, py, corners), colour, opacity);
}
