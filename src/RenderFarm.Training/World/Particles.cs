namespace RenderFarm.Training.World;

/// <summary>Rain or snow: few and large, since small random dots cost latents more than they give the eye.</summary>
internal sealed class Particles
{
    private readonly string _weather;
    private readonly int _width;
    private readonly int _height;
    private readonly (float X, float Y, float Speed)[] _drops;

    public Particles(string weather, int width, int height, Random random)
    {
        _weather = weather;
        _width = width;
        _height = height;
        int count = weather == "clear" ? 0 : width * height / 900;
        _drops = [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle(), random.NextSingle(), 0.8f + (0.4f * random.NextSingle())))];
    }

    public void Draw(Canvas canvas, double seconds)
    {
        foreach ((float x0, float y0, float speed) in _drops)
        {
            if (_weather == "rain")
            {
                float y = ((((y0 + ((float)seconds * speed * 1.6f)) % 1.15f) - 0.1f) * _height);
                float x = (x0 * _width) - (0.12f * y), length = 0.09f * _height;
                x = ((x % _width) + _width) % _width;
                canvas.Fill(x - (0.12f * length) - 1, y, x + 1, y + length, (px, py) =>
                    Math.Max(Math.Abs(px - x + (0.12f * (py - y))) - 0.7f, Math.Max(y - py, py - y - length)), new Colour(0.75f, 0.85f, 1), 0.75f);
            }
            else
            {
                float y = ((((y0 + ((float)seconds * speed * 0.22f)) % 1.1f) - 0.05f) * _height);
                float x = (x0 + (0.02f * MathF.Sin((float)seconds + (x0 * 50)))) * _width;
                canvas.Ellipse(x, y, 0.017f * _height, 0.017f * _height, new Colour(1, 1, 1), 0.95f);
            }
        }
    }
}
