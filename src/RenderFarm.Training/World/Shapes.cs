namespace RenderFarm.Training.World;

/// <summary>Signed distances: negative inside, in the units of their arguments.</summary>
internal static class Shapes
{
    /// <summary>An ellipse around the origin (near its border; not exact far from it).</summary>
    public static float Ellipse(float x, float y, float radiusX, float radiusY)
    {
        float u = x / radiusX, v = y / radiusY;
        return (MathF.Sqrt((u * u) + (v * v)) - 1) * Math.Min(radiusX, radiusY);
    }

    /// <summary>A rectangle between corners, its own corners rounded.</summary>
    public static float Box(float x, float y, float left, float top, float right, float bottom, float round = 0)
    {
        float dx = Math.Max(left + round - x, x - right + round), dy = Math.Max(top + round - y, y - bottom + round);
        float outside = MathF.Sqrt((Math.Max(dx, 0) * Math.Max(dx, 0)) + (Math.Max(dy, 0) * Math.Max(dy, 0)));
        return outside + Math.Min(Math.Max(dx, dy), 0) - round;
    }

    /// <summary>A convex polygon, its corners in clockwise order (y down).</summary>
    public static float Convex(float x, float y, ReadOnlySpan<(float X, float Y)> corners)
    {
        float most = float.MinValue;
        for (int i = 0; i < corners.Length; i++)
        {
            (float X, float Y) a = corners[i], b = corners[(i + 1) % corners.Length];
            float ex = b.X - a.X, ey = b.Y - a.Y;
            most = Math.Max(most, ((ey * (x - a.X)) - (ex * (y - a.Y))) / MathF.Sqrt((ex * ex) + (ey * ey)));
        }

        return most;
    }

    /// <summary>A five-pointed star around the origin, one point up.</summary>
    public static float Star(float x, float y, float radius, float inner)
    {
        // Fold the plane into one tenth of the star.
        float turn = MathF.Atan2(x, -y);
        float fold = Math.Abs(((((turn / MathF.Tau * 5) % 1) + 1.5f) % 1) - 0.5f) * MathF.Tau / 5;
        float distance = MathF.Sqrt((x * x) + (y * y));
        float u = distance * MathF.Cos(fold), v = distance * MathF.Sin(fold);
        float innerX = inner * radius * MathF.Cos(MathF.PI / 5), innerY = inner * radius * MathF.Sin(MathF.PI / 5);
        float ex = innerX - radius, ey = innerY;
        return -((ex * v) - (ey * (u - radius))) / MathF.Sqrt((ex * ex) + (ey * ey));
    }
}
