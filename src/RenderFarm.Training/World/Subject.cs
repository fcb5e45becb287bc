namespace RenderFarm.Training.World;

/// <summary>Draws what a film is about.</summary>
internal static class Subject
{
    private static readonly Colour Dark = Colour.FromHex(0x23232b);
    private static readonly Colour Glass = Colour.FromHex(0xbfe6f5);

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
        _ => throw new ArgumentOutOfRangeException(nameof(colour), colour, "not a colour of the world"),
    };

    public static void Draw(Canvas canvas, string subject, Colour paint, Pose pose, double seconds)
    {
        switch (subject)
        {
            case "ball":
                Ball(canvas, paint, pose);
                break;
            case "car":
                Car(canvas, paint, pose);
                break;
            case "bird":
                Bird(canvas, paint, pose, (float)seconds);
                break;
            case "balloon":
                Balloon(canvas, paint, pose);
                break;
            case "star":
                Star(canvas, paint, pose);
                break;
            case "cube":
                Cube(canvas, paint, pose);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(subject), subject, "not a subject of the world");
        }
    }

    private static void Ball(Canvas canvas, Colour paint, Pose pose)
    {
        float r = pose.Radius;
        canvas.Ellipse(pose.X, pose.Y, r, r, Dark);
        canvas.Ellipse(pose.X, pose.Y, r - 1.5f, r - 1.5f, paint);
        float cos = MathF.Cos(pose.Angle), sin = MathF.Sin(pose.Angle);
        canvas.Fill(pose.X - r, pose.Y - r, pose.X + r, pose.Y + r, (px, py) =>
        {
            float dx = px - pose.X, dy = py - pose.Y;
            float across = Math.Abs((-sin * dx) + (cos * dy)) - (0.16f * r);
            return Math.Max(across, MathF.Sqrt((dx * dx) + (dy * dy)) - (r - 1.5f));
        }, paint * 0.45f);
    }

    private static void Car(Canvas canvas, Colour paint, Pose pose)
    {
        float r = pose.Radius, x = pose.X, y = pose.Y, f = pose.Facing;
        canvas.Convex(Ordered(f, x, [(-0.75f * r, y - (0.05f * r)), (-0.45f * r, y - (0.75f * r)), (0.35f * r, y - (0.75f * r)), (0.75f * r, y - (0.05f * r))]), paint);
        canvas.Convex(Ordered(f, x, [(-0.5f * r, y - (0.12f * r)), (-0.32f * r, y - (0.6f * r)), (0.26f * r, y - (0.6f * r)), (0.54f * r, y - (0.12f * r))]), Glass);
        canvas.Rectangle(x - (1.3f * r), y - (0.12f * r), x + (1.3f * r), y + (0.6f * r), paint);
        canvas.Ellipse(x + (f * 1.18f * r), y + (0.12f * r), 0.12f * r, 0.12f * r, Colour.FromHex(0xfff3a0));
        foreach (float wheel in (ReadOnlySpan<float>)[-0.7f, 0.7f])
        {
            canvas.Ellipse(x + (wheel * r), y + (0.62f * r), 0.38f * r, 0.38f * r, Dark);
            canvas.Ellipse(x + (wheel * r), y + (0.62f * r), 0.16f * r, 0.16f * r, Colour.FromHex(0xc8c8c8));
        }
    }

    private static void Bird(Canvas canvas, Colour paint, Pose pose, float t)
    {
        float r = pose.Radius, x = pose.X, y = pose.Y, f = pose.Facing;
        canvas.Convex(Ordered(f, x, [(-1.5f * r, y - (0.4f * r)), (-0.6f * r, y - (0.15f * r)), (-0.6f * r, y + (0.2f * r))]), paint * 0.75f);
        canvas.Ellipse(x, y, 0.95f * r, 0.5f * r, paint);
        canvas.Ellipse(x + (f * 0.85f * r), y - (0.35f * r), 0.38f * r, 0.38f * r, paint);
        canvas.Convex(Ordered(f, x, [(1.15f * r, y - (0.5f * r)), (1.65f * r, y - (0.3f * r)), (1.15f * r, y - (0.15f * r))]), Colour.FromHex(0xf5a623));
        canvas.Ellipse(x + (f * 0.95f * r), y - (0.42f * r), 0.09f * r, 0.09f * r, Dark);
        float flap = 0.95f * r * MathF.Sin(MathF.Tau * 1.5f * t);
        float tip = y - flap;
        (float, float)[] wing = flap >= 0
            ? [(-0.45f * r, y), (-0.25f * r, tip - (0.1f * r)), (0.4f * r, y)]
            : [(0.4f * r, y), (-0.25f * r, tip + (0.1f * r)), (-0.45f * r, y)];
        canvas.Convex(Ordered(f, x, wing), paint * 0.55f);
    }

    private static void Balloon(Canvas canvas, Colour paint, Pose pose)
    {
        float r = pose.Radius, x = pose.X, y = pose.Y;
        canvas.Rectangle(x - 0.6f, y + (0.4f * r), x + 0.6f, y + r, Dark);
        canvas.Ellipse(x, y - (0.25f * r), 0.68f * r, 0.8f * r, paint);
        canvas.Convex([(x, y + (0.5f * r)), (x + (0.18f * r), y + (0.7f * r)), (x - (0.18f * r), y + (0.7f * r))], paint * 0.7f);
        canvas.Ellipse(x - (0.25f * r), y - (0.55f * r), 0.14f * r, 0.2f * r, paint.Towards(new Colour(1, 1, 1), 0.7f));
    }

    private static void Star(Canvas canvas, Colour paint, Pose pose)
    {
        float r = pose.Radius * 1.12f;
        canvas.Fill(pose.X - r, pose.Y - r, pose.X + r, pose.Y + r, (px, py) =>
        {
            // Signed distance of a five-pointed star: fold the plane into one tenth of it.
            float dx = px - pose.X, dy = py - pose.Y;
            float turn = MathF.Atan2(dx, -dy) - (pose.Angle * 0.5f);
            float fold = Math.Abs((((turn / MathF.Tau * 5) % 1) + 1.5f) % 1 - 0.5f) * MathF.Tau / 5;
            float distance = MathF.Sqrt((dx * dx) + (dy * dy));
            float u = distance * MathF.Cos(fold), v = distance * MathF.Sin(fold);
            float innerX = 0.45f * r * MathF.Cos(MathF.PI / 5), innerY = 0.45f * r * MathF.Sin(MathF.PI / 5);
            float ex = innerX - r, ey = innerY;
            return -((ex * v) - (ey * (u - r))) / MathF.Sqrt((ex * ex) + (ey * ey));
        }, paint);
    }

    private static void Cube(Canvas canvas, Colour paint, Pose pose)
    {
        float r = pose.Radius, x = pose.X, y = pose.Y, depth = 0.4f * r;
        float left = x - (0.95f * r), right = x + (0.65f * r), top = y - (0.6f * r), bottom = y + r;
        canvas.Convex([(left, top), (left + depth, top - depth), (right + depth, top - depth), (right, top)], paint.Towards(new Colour(1, 1, 1), 0.35f));
        canvas.Convex([(right, top), (right + depth, top - depth), (right + depth, bottom - depth), (right, bottom)], paint * 0.55f);
        canvas.Rectangle(left, top, right, bottom, paint);
    }

    /// <summary>Corners given relative to x for a subject that faces right, mirrored where it faces left, in clockwise order.</summary>
    private static (float X, float Y)[] Ordered(float facing, float x, (float X, float Y)[] corners)
    {
        (float X, float Y)[] placed = [.. corners.Select(c => (x + (facing * c.X), c.Y))];
        if (facing < 0)
        {
            Array.Reverse(placed);
        }

        return placed;
    }
}
