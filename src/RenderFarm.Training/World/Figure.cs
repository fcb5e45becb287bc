namespace RenderFarm.Training.World;

/// <summary>Draws in a subject's own coordinates: its middle is the origin, its feet are at 1, it looks to the right.</summary>
internal readonly struct Figure
{
    private const float Outline = 0.07f;

    private readonly Canvas _canvas;
    private readonly Pose _pose;
    private readonly Colour _light;
    private readonly float _cos;
    private readonly float _sin;
    private readonly float _twist;

    public Figure(Canvas canvas, Pose pose, Colour light)
    {
        (_canvas, _pose, _light) = (canvas, pose, light);
        (_sin, _cos) = MathF.SinCos(pose.Angle);

        // Seen from its edge a figure keeps some width.
        _twist = MathF.CopySign(Math.Max(0.15f, Math.Abs(pose.Twist)), pose.Twist);
    }

    /// <summary>Fills a signed distance over the figure's own coordinates.</summary>
    public void Fill(Func<float, float, float> distance, Colour colour)
    {
        float reach = 1.75f * _pose.Radius;
        (Pose pose, float cos, float sin, float twist) = (_pose, _cos, _sin, _twist);
        _canvas.Fill(pose.X - reach, pose.Y - reach, pose.X + reach, pose.Y + reach, (px, py) =>
        {
            float dx = (px - pose.X) / pose.Radius, dy = (py - pose.Y) / pose.Radius;
            return distance(((cos * dx) + (sin * dy)) / twist, (cos * dy) - (sin * dx)) * pose.Radius * Math.Abs(twist);
        }, colour * _light);
    }

    /// <summary>Fills a body: a darker (of black: lighter) border around the paint.</summary>
    public void Body(Func<float, float, float> distance, Colour paint)
    {
        Fill(distance, Contour(paint));
        Fill((u, v) => distance(u, v) + Outline, paint);
    }

    public void Ellipse(float u, float v, float radiusU, float radiusV, Colour colour) =>
        Fill((x, y) => Shapes.Ellipse(x - u, y - v, radiusU, radiusV), colour);

    public void Box(float left, float top, float right, float bottom, Colour colour) =>
        Fill((x, y) => Shapes.Box(x, y, left, top, right, bottom), colour);

    /// <summary>A convex polygon, its corners in clockwise order.</summary>
    public void Convex((float U, float V)[] corners, Colour colour) => Fill((x, y) => Shapes.Convex(x, y, corners), colour);

    private static Colour Contour(Colour paint) =>
        paint.Red + paint.Green + paint.Blue < 0.6f ? new Colour(0.62f, 0.62f, 0.66f) : paint * 0.4f;
}
