using RenderFarm.Diffusion.Models.Pocket;

namespace RenderFarm.Training.World;

/// <summary>One captioned scene of the procedural world: the same seed and size give the same frames.</summary>
public sealed class Scene
{
    /// <summary>Frames a second.</summary>
    public const int Fps = 12;

    /// <summary>Seconds that night takes to fall, or rain to begin.</summary>
    public const double EventSeconds = 1.5;

    private static readonly Colour White = new(1, 1, 1);

    private readonly int _width;
    private readonly int _height;
    private readonly double _eventAt;
    private readonly PocketCaption _after;
    private readonly Landscape _landscape;
    private readonly Sky _skyBefore;
    private readonly Sky _skyAfter;
    private readonly Motion _motion;
    private readonly Pose _second;
    private readonly float _occluderX;
    private readonly double _weatherPhase;
    private ((int Left, int Top, int Width, int Height) Area, float[] Pixels)? _backdrop;

    /// <param name="caption">What the scene shows: all but occluder, second subject and event must be said.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="seed">Of everything that the caption leaves open.</param>
    /// <param name="eventAt">When the caption's event begins, in seconds.</param>
    public Scene(PocketCaption caption, int width, int height, int seed, double eventAt = 2)
    {
        Random random = new(seed);
        Caption = caption;
        (_width, _height, _eventAt) = (width, height, eventAt);
        _after = After(caption);
        _landscape = Landscape.Of(caption.Place!, width, height);
        _skyBefore = Sky.Of(caption.Time!, caption.Weather!);
        _skyAfter = Sky.Of(_after.Time!, _after.Weather!);
        _motion = new Motion(caption, width, height, caption.Event == "turns round" ? eventAt : double.PositiveInfinity, random);
        _occluderX = width * (0.38f + (0.24f * random.NextSingle()));
        float radius = 0.1f * MathF.Sqrt(width * height), side = random.Next(2) == 0 ? 0.17f : 0.83f;
        _second = new Pose(side * width, Landscape.GroundOf(height) - (0.03f * height) - radius, radius, 0, side < 0.5f ? 1 : -1, 0);
        _weatherPhase = 8 * random.NextDouble();
    }

    public PocketCaption Caption { get; }

    /// <summary>What a caption says once its event is over.</summary>
    public static PocketCaption After(PocketCaption caption) => caption.Event switch
    {
        "night falls" => caption with { Time = "night", Event = null },
        "day breaks" => caption with { Time = "day", Event = null },
        "rain begins" => caption with { Weather = "rain", Event = null },
        "snow begins" => caption with { Weather = "snow", Event = null },
        _ => caption with { Event = null },
    };

    /// <summary>Where the subject's middle is at a time, in pixels.</summary>
    /// <param name="seconds">From the scene's beginning.</param>
    public (float X, float Y) SubjectAt(double seconds)
    {
        Pose pose = _motion.At(seconds);
        return (pose.X, pose.Y);
    }

    /// <summary>The subject at a time: the truth that measurements are held against.</summary>
    /// <param name="seconds">From the scene's beginning.</param>
    internal Pose PoseAt(double seconds) => _motion.At(seconds);

    /// <summary>How far the camera has gone to the right, in pixels.</summary>
    /// <param name="seconds">From the scene's beginning.</param>
    internal float CameraAt(double seconds) => _motion.CameraAt(seconds);

    /// <summary>Where the middle of the occluder is across the frame, in pixels; null where there is none in it.</summary>
    /// <param name="seconds">From the scene's beginning.</param>
    internal float? OccluderAt(double seconds)
    {
        float x = OccluderX(_motion.CameraAt(seconds));
        return Caption.Occluder is not null && x >= 0 && x <= _width ? x : null;
    }

    /// <summary>Half the width of what an occluder hides, in pixels.</summary>
    /// <param name="width">The frame's, in pixels.</param>
    /// <param name="height">The frame's, in pixels.</param>
    internal static float OccluderHalfWidth(int width, int height) => 0.055f * MathF.Sqrt(width * height);

    /// <summary>Which way the subject looks or goes: 1 right, -1 left.</summary>
    /// <param name="seconds">From the scene's beginning.</param>
    public int FacingAt(double seconds) => _motion.FacingAt(seconds) < 0 ? -1 : 1;

    /// <summary>Half the subject's height, in pixels.</summary>
    public float SubjectRadius => Motion.RadiusOf(Caption.Size!, _width, _height);

    /// <summary>Draws one frame: packed RGB, row by row, 0 to 1.</summary>
    /// <param name="seconds">From the scene's beginning.</param>
    public float[] Render(double seconds) => Render(seconds, 0, 0, _width, _height);

    /// <summary>Draws a rectangle of one frame, in pixels: packed RGB, row by row, 0 to 1.</summary>
    public float[] Render(double seconds, int left, int top, int width, int height)
    {
        Canvas canvas = new(left, top, width, height);
        float gone = Caption.Event is null or "turns round" ? 0 : (float)Math.Clamp((seconds - _eventAt) / EventSeconds, 0, 1);
        Sky sky = _skyBefore.Towards(_skyAfter, gone);
        Colour glow = new Colour(0.85f, 0.65f, 0.25f) * sky.Lamps;
        float camera = _motion.CameraAt(seconds);
        if (_backdrop is { } drawn && drawn.Area == (left, top, width, height))
        {
            drawn.Pixels.CopyTo(canvas.Pixels, 0);
        }
        else
        {
            sky.Draw(canvas, _width, _height);
            canvas.Lay(_landscape.Far, 0.25f * camera, sky.Light, glow, sky.Haze, 0.6f * sky.Fog);
            canvas.Lay(_landscape.Near, camera, sky.Light, glow, sky.Haze, 0.4f * sky.Fog);
            _backdrop = IsStill ? ((left, top, width, height), [.. canvas.Pixels]) : null;
        }

        Colour light = White.Towards(sky.Light, 0.3f);
        if (Caption.SecondSubject is { } second)
        {
            Pose pose = _second with { X = _second.X - (Caption.Camera == "pans" ? camera : 0) };
            Shadow(canvas, pose, pose.Y + pose.Radius);
            Subject.Draw(canvas, second, Subject.Paint(Caption.SecondColour!), pose, light, (float)seconds);
        }

        Pose subject = _motion.At(seconds);
        Shadow(canvas, subject, Landscape.GroundOf(_height));
        Subject.Draw(canvas, Caption.Subject!, Subject.Paint(Caption.Colour!), subject, light, (float)seconds);
        if (Caption.Occluder is not null)
        {
            DrawOccluder(canvas, camera, light);
        }

        canvas.Veil(sky.Haze, 0.12f * sky.Fog);
        double frames = (seconds * Fps) + _weatherPhase;
        if (_after.Weather != Caption.Weather)
        {
            Particles.Draw(canvas, _width, _height, Caption.Weather!, frames, 1 - gone);
            Particles.Draw(canvas, _width, _height, _after.Weather!, frames, gone);
        }
        else
        {
            Particles.Draw(canvas, _width, _height, Caption.Weather!, frames, 1);
        }

        return canvas.Pixels;
    }

    private bool IsStill => Caption.Camera == "still" && Caption.Event is null or "turns round";

    private void Shadow(Canvas canvas, Pose pose, float ground)
    {
        float lift = Math.Max(0, ground - (pose.Y + pose.Radius)) / _height;
        canvas.Ellipse(pose.X, ground, pose.Radius * (0.95f - (0.4f * lift)), pose.Radius * 0.16f, new Colour(0, 0, 0), 0.35f - (0.25f * lift));
    }

    /// <summary>Where the occluder is, in pixels; in the frame or right of it.</summary>
    private float OccluderX(float camera)
    {
        float period = 2 * _width, half = OccluderHalfWidth(_width, _height);
        return ((((_occluderX - camera + half) % period) + period) % period) - half;
    }

    /// <summary>A pillar or a trunk that goes up out of the frame, once in every two frames of scenery.</summary>
    private void DrawOccluder(Canvas canvas, float camera, Colour light)
    {
        float half = OccluderHalfWidth(_width, _height), x = OccluderX(camera), foot = 0.95f * _height;
        if (Caption.Occluder == "pillar")
        {
            canvas.Rectangle(x - half, 0.12f * _height, x + half, foot, Colour.FromHex(0x9a958c) * light);
            canvas.Rectangle(x - half, 0.12f * _height, x - (0.5f * half), foot, Colour.FromHex(0x77736c) * light);
            canvas.Rectangle(x - (1.35f * half), 0.08f * _height, x + (1.35f * half), 0.14f * _height, Colour.FromHex(0xb5b0a6) * light);
            canvas.Rectangle(x - (1.35f * half), foot - (0.05f * _height), x + (1.35f * half), foot, Colour.FromHex(0xb5b0a6) * light);
        }
        else
        {
            canvas.Rectangle(x - (0.85f * half), 0.1f * _height, x + (0.85f * half), foot, Colour.FromHex(0x6b4526) * light);
            canvas.Rectangle(x - (0.2f * half), 0.1f * _height, x + (0.15f * half), foot, Colour.FromHex(0x54351c) * light);
            canvas.Ellipse(x, 0.08f * _height, 3.2f * half, 0.13f * _height, Colour.FromHex(0x2a7a3a) * light);
        }
    }
}
