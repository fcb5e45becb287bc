using RenderFarm.Diffusion.Models.Pocket;

namespace RenderFarm.Training.World;

/// <summary>Sky, _light, and the place behind the subject.</summary>
internal sealed class Landscape
{
    private readonly PocketCaption _caption;
    private readonly Canvas _canvas;
    private readonly float _horizon;
    private readonly Colour _light;
    private readonly float[] _draws;

    public Landscape(PocketCaption caption, Canvas canvas, Random random)
    {
        _caption = caption;
        _canvas = canvas;
        _horizon = canvas.Height * 0.56f;
        Ground = canvas.Height * 0.86f;
        _draws = [.. Enumerable.Range(0, 48).Select(_ => random.NextSingle())];
        _light = caption.Time switch
        {
            "day" => new Colour(1, 1, 1),
            "sunset" => new Colour(0.95f, 0.72f, 0.62f),
            _ => new Colour(0.30f, 0.33f, 0.50f),
        };
        SubjectLight = new Colour(1, 1, 1).Towards(_light, 0.3f);
    }

    /// <summary>Where the subject stands: a height in pixels from the top.</summary>
    public float Ground { get; }

    /// <summary>The _light on the subject.</summary>
    public Colour SubjectLight { get; }

    public void Draw()
    {
        DrawSky();
        switch (_caption.Place)
        {
            case "beach":
                DrawBeach();
                break;
            case "meadow":
                DrawMeadow();
                break;
            case "desert":
                DrawDesert();
                break;
            case "city":
                DrawCity();
                break;
            default:
                DrawSnowfield();
                break;
        }
    }

    private void DrawSky()
    {
        (Colour top, Colour bottom) = _caption.Time switch
        {
            "day" => (Colour.FromHex(0x4f97f2), Colour.FromHex(0xd6ecff)),
            "sunset" => (Colour.FromHex(0x6a3d8f), Colour.FromHex(0xff9b52)),
            _ => (Colour.FromHex(0x060818), Colour.FromHex(0x1c2450)),
        };
        if (_caption.Weather != "clear")
        {
            Colour grey = _caption.Time == "night" ? Colour.FromHex(0x14161f) : Colour.FromHex(0x8b929c);
            (top, bottom) = (top.Towards(grey, 0.45f), bottom.Towards(grey, 0.45f));
        }

        for (int y = 0; y < _canvas.Height; y++)
        {
            Colour colour = top.Towards(bottom, Math.Min(1, y / _horizon));
            for (int x = 0; x < _canvas.Width; x++)
            {
                _canvas.Blend(x, y, colour, 1);
            }
        }

        float sunX = _canvas.Width * (0.12f + (0.76f * _draws[0]));
        float radius = _canvas.Height * 0.075f;
        if (_caption.Time == "sunset")
        {
            _canvas.Ellipse(sunX, _horizon - (radius * 0.4f), radius * 1.3f, radius * 1.3f, Colour.FromHex(0xffe08a));
        }
        else
        {
            _canvas.Ellipse(sunX, _canvas.Height * 0.13f, radius, radius, _caption.Time == "day" ? Colour.FromHex(0xfff4a8) : Colour.FromHex(0xe8e8d8));
        }
    }

    private void Band(float top, int colour) => _canvas.Rectangle(-2, top, _canvas.Width + 2, _canvas.Height + 2, Colour.FromHex(colour) * _light);

    private void Hills(float baseline, float amplitude, int colour, int draw)
    {
        float a = _draws[draw] * MathF.Tau, b = _draws[draw + 1] * MathF.Tau;
        _canvas.Fill(0, baseline - (2 * amplitude), _canvas.Width, _canvas.Height, (px, py) =>
        {
            float u = px / _canvas.Width * MathF.Tau;
            return baseline - (amplitude * (0.6f + (0.6f * MathF.Sin((1.3f * u) + a)) + (0.4f * MathF.Sin((2.7f * u) + b)))) - py;
        }, Colour.FromHex(colour) * _light);
    }

    private float Across(int draw) => _canvas.Width * _draws[draw];

    private void DrawBeach()
    {
        float h = _canvas.Height;
        Band(_horizon, 0x1f86b8);
        Band(_horizon + (0.12f * h), 0xf2dc9a);
        for (int i = 0; i < 2; i++)
        {
            float x = Across(10 + i), foot = _horizon + (0.17f * h), top = foot - (0.36f * h);
            _canvas.Rectangle(x - (0.015f * h), top, x + (0.015f * h), foot, Colour.FromHex(0x8a5a2b) * _light);
            for (int leaf = -1; leaf <= 1; leaf++)
            {
                _canvas.Ellipse(x + (leaf * 0.09f * h), top + (Math.Abs(leaf) * 0.03f * h), 0.1f * h, 0.03f * h, Colour.FromHex(0x1f8a3b) * _light);
            }
        }
    }

    private void DrawMeadow()
    {
        float h = _canvas.Height;
        Hills(_horizon, 0.07f * h, 0x3f8f45, 12);
        Band(_horizon + (0.06f * h), 0x67c24a);
        for (int i = 0; i < 3; i++)
        {
            float x = Across(14 + i), foot = _horizon + (0.1f * h);
            _canvas.Rectangle(x - (0.015f * h), foot - (0.14f * h), x + (0.015f * h), foot, Colour.FromHex(0x6b4526) * _light);
            _canvas.Ellipse(x, foot - (0.18f * h), 0.085f * h, 0.085f * h, Colour.FromHex(0x237a35) * _light);
        }
    }

    private void DrawDesert()
    {
        float h = _canvas.Height;
        Hills(_horizon + (0.04f * h), 0.1f * h, 0xc9743a, 17);
        Band(_horizon + (0.08f * h), 0xe6b25c);
        for (int i = 0; i < 2; i++)
        {
            float x = Across(19 + i), foot = _horizon + (0.16f * h), w = 0.026f * h;
            Colour green = Colour.FromHex(0x2f7d3a) * _light;
            _canvas.Rectangle(x - w, foot - (0.26f * h), x + w, foot, green);
            _canvas.Rectangle(x - (0.1f * h), foot - (0.15f * h), x + (0.1f * h), foot - (0.11f * h), green);
            _canvas.Rectangle(x - (0.1f * h), foot - (0.22f * h), x - (0.06f * h), foot - (0.11f * h), green);
            _canvas.Rectangle(x + (0.06f * h), foot - (0.22f * h), x + (0.1f * h), foot - (0.11f * h), green);
        }
    }

    private void DrawCity()
    {
        float h = _canvas.Height, step = 0.2f * h;
        Band(_horizon + (0.1f * h), 0x6b6b72);
        int count = (int)MathF.Ceiling(_canvas.Width / step);
        for (int i = 0; i < count; i++)
        {
            float left = i * step, top = _horizon - (h * (0.08f + (0.28f * _draws[22 + (i % 20)])));
            int grey = i % 2 == 0 ? 0x59627a : 0x747d92;
            _canvas.Rectangle(left, top, left + step, _horizon + (0.1f * h), Colour.FromHex(grey) * _light);
            Colour window = _caption.Time == "day" ? Colour.FromHex(0xc9d6e8) : Colour.FromHex(0xffd76b);
            for (float y = top + (0.05f * h); y < _horizon + (0.02f * h); y += 0.1f * h)
            {
                _canvas.Rectangle(left + (0.2f * step), y, left + (0.4f * step), y + (0.05f * h), window);
                _canvas.Rectangle(left + (0.6f * step), y, left + (0.8f * step), y + (0.05f * h), window);
            }
        }

        for (float x = 0.1f * h; x < _canvas.Width; x += 0.4f * h)
        {
            _canvas.Rectangle(x, 0.93f * h, x + (0.2f * h), 0.95f * h, Colour.FromHex(0xf0e6a0) * _light);
        }
    }

    private void DrawSnowfield()
    {
        float h = _canvas.Height;
        Hills(_horizon, 0.1f * h, 0x9fb4d6, 42);
        Band(_horizon + (0.05f * h), 0xeaf2fc);
        for (int i = 0; i < 3; i++)
        {
            float x = Across(44 + i), foot = _horizon + (0.12f * h);
            Colour pine = Colour.FromHex(0x1d4d3a) * _light;
            _canvas.Convex([(x, foot - (0.28f * h)), (x + (0.09f * h), foot), (x - (0.09f * h), foot)], pine);
        }
    }
}
