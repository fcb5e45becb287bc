namespace RenderFarm.Training.World;

/// <summary>A strip of scenery that repeats sideways: colour (premultiplied), cover, and how much of it shines by itself.</summary>
internal sealed class Layer(int width, int height) : Surface(0, 0, width, height)
{
    /// <summary>Red, green, blue, cover, glow.</summary>
    public const int Channels = 5;

    private readonly float[] _cells = new float[width * height * Channels];

    public ReadOnlySpan<float> Cells => _cells;

    /// <summary>Whether what is drawn now shines by itself, like lit windows.</summary>
    public bool Glowing { get; set; }

    protected override bool Wraps => true;

    public override void Blend(int x, int y, Colour colour, float share)
    {
        int at = ((y * Width) + x) * Channels;
        _cells[at] += (colour.Red - _cells[at]) * share;
        _cells[at + 1] += (colour.Green - _cells[at + 1]) * share;
        _cells[at + 2] += (colour.Blue - _cells[at + 2]) * share;
        _cells[at + 3] += (1 - _cells[at + 3]) * share;
        _cells[at + 4] += ((Glowing ? 1 : 0) - _cells[at + 4]) * share;
    }
}
