namespace RenderFarm.Training.World;

/// <summary>Where a subject is over time. All motion is periodic, so that a scene may last as long as its film.</summary>
internal sealed class Motion
{
    private readonly string _action;
    private readonly int _width;
    private readonly float _ground;
    private readonly float _radius;
    private readonly float _period;
    private readonly float _phase;
    private readonly float _reach;
    private readonly float _middle;
    private readonly float _jump;
    private readonly float _altitude;
    private readonly float _stillFacing;

    public Motion(string action, int width, int height, float ground, Random random)
    {
        _action = action;
        _width = width;
        _ground = ground;
        float scale = MathF.Sqrt(width * (float)height);
        _radius = scale * (0.15f + (0.02f * random.NextSingle()));
        _period = 5 + (2 * random.NextSingle());
        _phase = random.NextSingle() * MathF.Tau;
        float room = (width / 2f) - _radius - 2;
        _reach = room * (0.7f + (0.3f * random.NextSingle()));
        _middle = (width / 2f) + ((room - _reach) * ((2 * random.NextSingle()) - 1));
        _jump = Math.Min(0.35f * height, ground - (2 * _radius) - 2);
        _altitude = _radius + 2 + ((ground - (3.4f * _radius)) * (0.25f + (0.5f * random.NextSingle())));
        _stillFacing = random.Next(2) == 0 ? 1 : -1;
    }

    /// <summary>The pose at a time in seconds.</summary>
    public Pose At(double seconds)
    {
        float t = (float)seconds;
        float angle = (MathF.Tau * t / _period) + _phase;
        float swing = MathF.Sin(angle), facing = MathF.Cos(angle) >= 0 ? 1 : -1;
        float onGround = _ground - _radius;
        switch (_action)
        {
            case "rolls":
                float rolled = _middle + (_reach * swing);
                return new Pose(rolled, onGround, _radius, rolled / _radius, facing);
            case "bounces":
                // A parabola for each second or so: free fall between contacts.
                float hop = ((t * 0.9f) + _phase) % 1f;
                return new Pose(_middle + (0.5f * _reach * swing), onGround - (_jump * 4 * hop * (1 - hop)), _radius, 0, facing);
            case "flies":
                return new Pose(_middle + (_reach * swing), _altitude + (0.15f * _radius * MathF.Sin(3 * angle)), _radius, 0, facing);
            case "floats":
                float calm = ((_width / 2f) + _middle) / 2;
                return new Pose(calm + (0.12f * _reach * swing), _altitude + (0.5f * _radius * MathF.Sin(angle * 1.5f)), _radius, 0, _stillFacing);
            default:
                return new Pose(_middle + (0.6f * _reach * MathF.Sin(_phase)), onGround, _radius, 0, _stillFacing);
        }
    }
}
