using RenderFarm.Diffusion.Models.Pocket;

namespace RenderFarm.Training.World;

/// <summary>Where the subject and the camera are over time. All motion goes on for ever, so that a scene may last as long as its film.</summary>
internal sealed class Motion
{
    private const float Sway = 6;
    private const float Hop = 1;
    private const float StopAndGo = 5.4f;
    private const float Drive = 1.5f;
    private const float PanPeriod = 10;

    private readonly PocketCaption _caption;
    private readonly int _width;
    private readonly int _height;
    private readonly float _radius;
    private readonly float _phase;
    private readonly float _hopPhase;
    private readonly float _panPhase;
    private readonly float _middle;
    private readonly float _reach;
    private readonly float _altitude;
    private readonly float _speed;
    private readonly float _facing;
    private readonly float _scroll;
    private readonly double _turnsAt;

    /// <param name="caption">What is seen.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="turnsAt">When a followed subject turns round, in seconds; infinite for never.</param>
    /// <param name="random">Draws what the caption leaves open.</param>
    public Motion(PocketCaption caption, int width, int height, double turnsAt, Random random)
    {
        (_caption, _width, _height, _turnsAt) = (caption, width, height, turnsAt);
        float unit = MathF.Sqrt(width * (float)height);
        _radius = RadiusOf(caption.Size!, width, height);
        _phase = random.NextSingle();
        _hopPhase = random.NextSingle();
        _panPhase = random.NextSingle();
        float room = (width / 2f) - (1.25f * _radius) - (Pans ? 0.08f * width : 0);
        _reach = room * (0.8f + (0.2f * random.NextSingle()));
        _middle = (width / 2f) + (0.7f * room * ((2 * random.NextSingle()) - 1));
        float ground = Landscape.GroundOf(height);
        _altitude = Math.Max(1.45f * _radius, Math.Min(0.36f * height, ground - _radius - (0.2f * unit)) - (0.08f * unit * random.NextSingle()));
        _facing = random.Next(2) == 0 ? 1 : -1;
        _speed = 0.3f * unit * _facing;
        _scroll = 2 * width * random.NextSingle();
    }

    private bool Follows => _caption.Camera == "follows";

    private bool Pans => _caption.Camera == "pans";

    /// <summary>Half the height of a subject, in pixels.</summary>
    public static float RadiusOf(string size, int width, int height) => MathF.Sqrt(width * (float)height) * size switch
    {
        "small" => 0.09f,
        "medium" => 0.13f,
        "large" => 0.185f,
        _ => throw new ArgumentOutOfRangeException(nameof(size), size, "not a size of the world"),
    };

    /// <summary>Whether an action takes its subject from place to place.</summary>
    public static bool Travels(string action) => action is "rolls" or "slides" or "bounces" or "flies" or "stops";

    /// <summary>How far the camera has gone to the right, in pixels.</summary>
    public float CameraAt(double seconds) => Follows ? _scroll + Way(seconds)
        : Pans ? 0.08f * _width * MathF.Sin(MathF.Tau * (((float)seconds / PanPeriod) + _panPhase))
        : 0;

    /// <summary>Which way the subject looks or goes: 1 right, -1 left.</summary>
    public float FacingAt(double seconds) => WayAt(seconds).Facing;

    /// <summary>The subject on the screen.</summary>
    public Pose At(double seconds)
    {
        float t = (float)seconds;
        (float x, float way, float facing) = WayAt(seconds);
        float ground = Landscape.GroundOf(_height) - _radius;
        float y = _caption.Action switch
        {
            "bounces" => ground - Jump(t, ground),
            "flies" => _altitude + (0.1f * _radius * MathF.Sin(2 * TurnAt(t))),
            "floats" => _altitude + (0.35f * _radius * MathF.Sin(MathF.Tau * ((t / 4) + _phase))),
            _ => ground,
        };
        float spin = MathF.Tau * ((t / 2) + _phase);
        (float angle, float twist) = _caption.Action switch
        {
            "rolls" when _caption.Subject != "car" => (way / _radius, 1f),
            "spins" when TurnsInItsPlane(_caption.Subject!) => (spin, 1f),
            "spins" => (0f, MathF.Cos(spin)),
            _ => (0f, facing),
        };
        float seen = Pans ? x - CameraAt(seconds) : x;
        return new Pose(seen, y, _radius, angle, TurnsInItsPlane(_caption.Subject!) && twist < 0 ? -twist : twist, way);
    }

    private float TurnAt(float t) => MathF.Tau * ((t / Sway) + _phase);

    /// <summary>The subject's place across, its way on the ground, and where it looks.</summary>
    private (float X, float Way, float Facing) WayAt(double seconds)
    {
        float t = (float)seconds, turn = TurnAt(t), middle = _width / 2f;
        if (Follows && Travels(_caption.Action!))
        {
            return (middle, Way(seconds), seconds < _turnsAt + 0.5 ? _facing : -_facing);
        }

        switch (_caption.Action)
        {
            case "rolls" or "slides" or "flies":
                float swing = _reach * MathF.Sin(turn);
                return (middle + swing, swing, MathF.Cos(turn) >= 0 ? 1 : -1);
            case "bounces":
                float sway = 0.6f * _reach * MathF.Sin(turn);
                return (middle + sway, sway, MathF.Cos(turn) >= 0 ? 1 : -1);
            case "stops":
                (float share, float facing) = ThereAndBack(t + (_phase * StopAndGo));
                float way = 0.85f * _reach * ((2 * share) - 1);
                return (middle + way, way, facing);
            default:
                return (_middle, 0, _facing);
        }
    }

    /// <summary>Whether a subject looks the same from left and right, and so spins as a wheel does.</summary>
    private static bool TurnsInItsPlane(string subject) => subject is "ball" or "star" or "cube" or "kite" or "butterfly";

    /// <summary>Height of free fall between contacts, one a second.</summary>
    private float Jump(float t, float ground)
    {
        float hop = ((t / Hop) + _hopPhase) % 1;
        return Math.Min(0.34f * _height, ground - _radius) * 4 * hop * (1 - hop);
    }

    /// <summary>From 0 to 1, a rest, back, a rest; and where it faces.</summary>
    private static (float Share, float Facing) ThereAndBack(float t)
    {
        float at = t % StopAndGo;
        return at < StopAndGo / 2 ? (Smooth(at / Drive), 1) : (1 - Smooth((at - (StopAndGo / 2)) / Drive), -1);
    }

    private static float Smooth(float share)
    {
        float s = Math.Clamp(share, 0, 1);
        return s * s * (3 - (2 * s));
    }

    /// <summary>A followed subject's way: steady, or with rests; backwards after it turned.</summary>
    private float Way(double seconds)
    {
        if (!Travels(_caption.Action!))
        {
            return 0;
        }

        double after = Math.Max(0, seconds - _turnsAt);

        // It slows down for half a second and speeds up again the other way for another half.
        double lost = after < 1 ? after * after : (2 * after) - 1;
        float t = (float)(seconds - lost);
        if (_caption.Action != "stops")
        {
            return _speed * t;
        }

        float cycle = StopAndGo / 2, shifted = t + (_phase * cycle), whole = MathF.Floor(shifted / cycle);
        return _speed * Drive * (whole + Smooth((shifted - (whole * cycle)) / Drive));
    }
}
