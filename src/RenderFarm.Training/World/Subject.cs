namespace RenderFarm.Training.World;

/// <summary>Draws what a film is about.</summary>
internal static class Subject
{
    private static readonly Colour Dark = Colour.FromHex(0x23232b);
    private static readonly Colour Glass = Colour.FromHex(0xbfe6f5);
    private static readonly Colour Pale = Colour.FromHex(0xf4f1e6);

    /// <summary>The paint of a colour word.</summary>
    public static Colour Paint(string colour) => colour switch
    {
        "red" => Colour.FromHex(0xe02020),
        "orange" => Colour.FromHex(0xff8c12),
        "yellow" => Colour.FromHex(0xffe21a),
        "green" => Colour.FromHex(0x18b53a),
        "blue" => Colour.FromHex(0x2050e8),
        "purple" => Colour.FromHex(0x8a2fc4),
        "pink" => Colour.FromHex(0xff7fbf),
        "white" => Colour.FromHex(0xfafafa),
        "black" => Colour.FromHex(0x1c1c22),
        "brown" => Colour.FromHex(0x7d4a22),
        _ => throw new ArgumentOutOfRangeException(nameof(colour), colour, "not a colour of the world"),
    };

    public static void Draw(Canvas canvas, string subject, Colour paint, Pose pose, Colour light, float seconds)
    {
        Figure figure = new(canvas, pose, light);
        switch (subject)
        {
            case "ball":
                Ball(figure, paint);
                break;
            case "cube":
                Cube(figure, paint);
                break;
            case "star":
                figure.Body((u, v) => Shapes.Star(u, v, 1.15f, 0.47f), paint);
                figure.Ellipse(0, -0.5f, 0.13f, 0.13f, Darker(paint));
                break;
            case "balloon":
                Balloon(figure, paint);
                break;
            case "kite":
                Kite(figure, paint);
                break;
            case "car":
                Car(figure, paint, pose);
                break;
            case "boat":
                Boat(figure, paint);
                break;
            case "rocket":
                Rocket(figure, paint);
                break;
            case "bird":
                Bird(figure, paint, seconds);
                break;
            case "butterfly":
                Butterfly(figure, paint, seconds);
                break;
            case "cat":
                Cat(figure, paint, seconds);
                break;
            case "robot":
                Robot(figure, paint);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(subject), subject, "not a subject of the world");
        }
    }

    private static Colour Darker(Colour paint) => paint.Red + paint.Green + paint.Blue < 0.6f ? new Colour(0.45f, 0.45f, 0.5f) : paint * 0.55f;

    private static Colour Lighter(Colour paint) => paint.Towards(new Colour(1, 1, 1), 0.45f);

    private static void Ball(Figure figure, Colour paint)
    {
        figure.Body((u, v) => Shapes.Ellipse(u, v, 1, 1), paint);
        figure.Fill((u, v) => Math.Max(Math.Abs(v) - 0.17f, MathF.Sqrt((u * u) + (v * v)) - 0.93f), Darker(paint));
        figure.Ellipse(0, -0.55f, 0.15f, 0.15f, Lighter(paint));
    }

    private static void Cube(Figure figure, Colour paint)
    {
        figure.Body((u, v) => Shapes.Box(u, v, -0.92f, -0.92f, 0.92f, 0.92f, 0.12f), paint);
        figure.Box(-0.5f, -0.5f, 0.5f, 0.5f, Lighter(paint));
        figure.Box(-0.25f, -0.25f, 0.25f, 0.25f, Darker(paint));
    }

    private static void Balloon(Figure figure, Colour paint)
    {
        figure.Box(-0.035f, 0.4f, 0.035f, 1, Dark);
        figure.Body((u, v) => Shapes.Ellipse(u, v + 0.25f, 0.7f, 0.82f), paint);
        figure.Convex([(0, 0.48f), (0.18f, 0.72f), (-0.18f, 0.72f)], Darker(paint));
        figure.Ellipse(-0.25f, -0.55f, 0.14f, 0.2f, Lighter(paint));
    }

    private static void Kite(Figure figure, Colour paint)
    {
        figure.Box(-0.035f, 0.3f, 0.035f, 1, Dark);
        figure.Body((u, v) => Shapes.Convex(u, v, [(0, -1.1f), (0.75f, -0.35f), (0, 0.6f), (-0.75f, -0.35f)]), paint);
        figure.Convex([(0, -0.95f), (0.62f, -0.35f), (0, -0.35f)], Lighter(paint));
        figure.Convex([(0, -0.35f), (0, 0.45f), (-0.62f, -0.35f)], Lighter(paint));
        figure.Convex([(-0.25f, 0.7f), (0.25f, 0.9f), (0.25f, 0.7f), (-0.25f, 0.9f)], Darker(paint));
        figure.Box(-0.22f, 0.72f, 0.22f, 0.88f, Darker(paint));
    }

    private static void Car(Figure figure, Colour paint, Pose pose)
    {
        figure.Body((u, v) => Shapes.Convex(u, v, [(-0.5f, -0.6f), (0.4f, -0.6f), (0.85f, 0.1f), (-0.85f, 0.1f)]), paint);
        figure.Convex([(-0.4f, -0.42f), (0.3f, -0.42f), (0.6f, 0.02f), (-0.6f, 0.02f)], Glass);
        figure.Body((u, v) => Shapes.Box(u, v, -1.4f, 0, 1.4f, 0.68f, 0.12f), paint);
        figure.Ellipse(1.25f, 0.22f, 0.13f, 0.13f, Colour.FromHex(0xfff3a0));
        float turned = pose.Travelled / (0.4f * pose.Radius) * MathF.CopySign(1, pose.Twist);
        (float sin, float cos) = MathF.SinCos(turned);
        foreach (float wheel in (ReadOnlySpan<float>)[-0.75f, 0.75f])
        {
            figure.Ellipse(wheel, 0.62f, 0.4f, 0.4f, Dark);
            figure.Fill((u, v) =>
            {
                float x = u - wheel, y = v - 0.62f;
                return Math.Max(Math.Abs((cos * y) - (sin * x)) - 0.09f, MathF.Sqrt((x * x) + (y * y)) - 0.28f);
            }, Colour.FromHex(0xd8d8d8));
        }
    }

    private static void Boat(Figure figure, Colour paint)
    {
        figure.Box(-0.06f, -1.1f, 0.06f, 0.4f, Colour.FromHex(0x7a5230));
        figure.Convex([(0.12f, -1), (0.95f, 0.2f), (0.12f, 0.2f)], Pale);
        figure.Convex([(-0.12f, -0.7f), (-0.12f, 0.2f), (-0.7f, 0.2f)], Pale * 0.85f);
        figure.Body((u, v) => Shapes.Convex(u, v, [(-1.3f, 0.35f), (1.4f, 0.35f), (0.9f, 1), (-0.95f, 1)]), paint);
        figure.Box(-1.05f, 0.55f, 1.05f, 0.68f, Lighter(paint));
    }

    private static void Rocket(Figure figure, Colour paint)
    {
        figure.Convex([(0.25f, 0.2f), (0.75f, 1), (0.25f, 0.8f)], Darker(paint));
        figure.Convex([(-0.25f, 0.2f), (-0.25f, 0.8f), (-0.75f, 1)], Darker(paint));
        figure.Convex([(-0.22f, 0.75f), (0.22f, 0.75f), (0, 1.2f)], Colour.FromHex(0xffb02e));
        figure.Body((u, v) => Math.Max(Shapes.Ellipse(u, v - 0.1f, 0.48f, 1.35f), v - 0.8f), paint);
        figure.Fill((u, v) => Math.Max(Shapes.Ellipse(u, v - 0.1f, 0.41f, 1.28f), v + 0.65f), Pale);
        figure.Ellipse(0, -0.2f, 0.22f, 0.22f, Dark);
        figure.Ellipse(0, -0.2f, 0.15f, 0.15f, Glass);
    }

    private static void Bird(Figure figure, Colour paint, float seconds)
    {
        figure.Convex([(-1.5f, -0.2f), (-0.6f, 0), (-0.6f, 0.45f), (-1.45f, 0.35f)], Darker(paint));
        figure.Convex([(1.05f, -0.4f), (1.6f, -0.2f), (1.05f, 0)], Colour.FromHex(0xf5a623));
        figure.Box(-0.15f, 0.6f, -0.03f, 1, Colour.FromHex(0xf5a623));
        figure.Box(0.2f, 0.6f, 0.32f, 1, Colour.FromHex(0xf5a623));
        figure.Body((u, v) => Math.Min(Shapes.Ellipse(u, v - 0.2f, 0.95f, 0.58f), Shapes.Ellipse(u - 0.75f, v + 0.25f, 0.42f, 0.42f)), paint);
        figure.Ellipse(0.88f, -0.32f, 0.1f, 0.1f, Dark);
        float flap = MathF.Sin(MathF.Tau * 1.5f * seconds);
        (float, float)[] wing = flap >= 0
            ? [(-0.55f, 0.15f), (-0.35f, -0.1f - (0.9f * flap)), (0.4f, 0.15f)]
            : [(0.4f, 0.1f), (-0.35f, 0.3f - (0.6f * flap)), (-0.55f, 0.1f)];
        figure.Convex(wing, Darker(paint));
    }

    private static void Butterfly(Figure figure, Colour paint, float seconds)
    {
        float open = 0.68f + (0.32f * MathF.Cos(MathF.Tau * 1.5f * seconds));
        figure.Body((u, v) =>
        {
            float side = Math.Abs(u) / open;
            return Math.Min(Shapes.Ellipse(side - 0.66f, v + 0.4f, 0.62f, 0.58f), Shapes.Ellipse(side - 0.5f, v - 0.5f, 0.46f, 0.46f));
        }, paint);
        figure.Fill((u, v) =>
        {
            float side = Math.Abs(u) / open;
            return Math.Min(Shapes.Ellipse(side - 0.72f, v + 0.42f, 0.3f, 0.28f), Shapes.Ellipse(side - 0.52f, v - 0.5f, 0.2f, 0.2f));
        }, Lighter(paint));
        figure.Ellipse(0, 0, 0.13f, 0.85f, Dark);
    }

    private static void Cat(Figure figure, Colour paint, float seconds)
    {
        float tail = 0.15f * MathF.Sin(MathF.Tau * 0.75f * seconds);
        figure.Convex([(-1.25f + tail, -0.75f), (-1.05f + tail, -0.8f), (-0.6f, 0.35f), (-0.8f, 0.45f)], Darker(paint));
        figure.Box(-0.72f, 0.4f, -0.46f, 1, Darker(paint));
        figure.Box(0.3f, 0.4f, 0.56f, 1, Darker(paint));
        figure.Body((u, v) => Shapes.Ellipse(u + 0.1f, v - 0.3f, 0.85f, 0.48f), paint);
        figure.Convex([(0.32f, -0.55f), (0.42f, -1.15f), (0.75f, -0.75f)], Darker(paint));
        figure.Convex([(0.8f, -0.75f), (1.15f, -1.15f), (1.22f, -0.55f)], Darker(paint));
        figure.Body((u, v) => Shapes.Ellipse(u - 0.78f, v + 0.4f, 0.55f, 0.48f), paint);
        figure.Ellipse(0.62f, -0.48f, 0.1f, 0.13f, Pale);
        figure.Ellipse(1, -0.48f, 0.1f, 0.13f, Pale);
        figure.Ellipse(0.65f, -0.46f, 0.055f, 0.09f, Dark);
        figure.Ellipse(1.03f, -0.46f, 0.055f, 0.09f, Dark);
    }

    private static void Robot(Figure figure, Colour paint)
    {
        figure.Box(-0.04f, -1.2f, 0.04f, -0.9f, Dark);
        figure.Ellipse(0, -1.2f, 0.12f, 0.12f, Colour.FromHex(0xff5a4a));
        figure.Box(-0.42f, 0.5f, -0.14f, 1, Darker(paint));
        figure.Box(0.14f, 0.5f, 0.42f, 1, Darker(paint));
        figure.Box(-0.85f, -0.15f, -0.55f, 0.45f, Darker(paint));
        figure.Box(0.55f, -0.15f, 0.85f, 0.45f, Darker(paint));
        figure.Body((u, v) => Shapes.Box(u, v, -0.62f, -0.25f, 0.62f, 0.65f, 0.1f), paint);
        figure.Body((u, v) => Shapes.Box(u, v, -0.52f, -0.98f, 0.52f, -0.22f, 0.12f), paint);
        figure.Box(-0.36f, -0.76f, 0.42f, -0.46f, Dark);
        figure.Ellipse(-0.12f, -0.61f, 0.1f, 0.1f, Colour.FromHex(0x7ff0ff));
        figure.Ellipse(0.22f, -0.61f, 0.1f, 0.1f, Colour.FromHex(0x7ff0ff));
        figure.Box(-0.3f, 0.05f, 0.3f, 0.35f, Lighter(paint));
    }
}
