namespace RenderFarm.Training.World;

/// <summary>Where a subject is over time. All motion is periodic, so that a scene may last as long as its film.</summary>
internal sealed class Motion
{
    private readonly string action;
    private readonly int width;
    private readonly float ground;
    private readonly float radius;
    private readonly float period;
    private readonly float phase;
    private readonly float reach;
    private readonly float middle;
    private readonly float jump;
    private readonly float altitude;
    private readonly float stillFacing;

    public Motion(string action, int width, int height, float ground, Random random)
    {
        this.action = action;
        this.width = width;
        this.ground = ground;
        float scale = MathF.Sqrt(width * (float)height);
        radius = scale * (0.15f + (0.02f * random.NextSingle()));
        period = 5 + (2 * random.NextSingle());
        phase = random.NextSingle() * MathF.Tau;
        float room = (width / 2f) - radius - 2;
        reach = room * (0.7f + (0.3f * random.NextSingle()));
        middle = (width / 2f) + ((room - reach) * ((2 * random.NextSingle()) - 1));
        jump = Math.Min(0.35f * height, ground - (2 * radius) - 2);
        altitude = radius + 2 + ((ground - (3.4f * radius)) * (0.25f + (0.5f * random.NextSingle())));
        stillFacing = random.Next(2) == 0 ? 1 : -1;
    }

    /// <summary>The pose at a time in seconds.</summary>
    public Pose At(double seconds)
    {
        float t = (float)seconds;
        float angle = (MathF.Tau * t / period) + phase;
        float swing = MathF.Sin(angle), facing = MathF.Cos(angle) >= 0 ? 1 : -1;
        float onGround = ground - radius;
        switch (action)
        {
            case "rolls":
                float rolled = middle + (reach * swing);
                return new Pose(rolled, onGround, radius, rolled / radius, facing);
            case "bounces":
                // A parabola for each second or so: free fall between contacts.
                float hop = ((t * 0.9f) + phase) % 1f;
                return new Pose(middle + (0.5f * reach * swing), onGround - (jump * 4 * hop * (1 - hop)), radius, 0, facing);
            case "flies":
                return new Pose(middle + (reach * swing), altitude + (0.15f * radius * MathF.Sin(3 * angle)), radius, 0, facing);
            case "floats":
                float calm = ((width / 2f) + middle) / 2;
                return new Pose(calm + (0.12f * reach * swing), altitude + (0.5f * radius * MathF.Sin(angle * 1.5f)), radius, 0, stillFacing);
            default:
                return new Pose(middle + (0.6f * reach * MathF.Sin(phase)), onGround, radius, 0, stillFacing);
        }
    }
}
