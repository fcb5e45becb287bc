using System.Collections.Concurrent;

namespace RenderFarm.Training.World;

/// <summary>
/// A place's scenery, as on a stage: each place is one set, always the same, two frames wide and then again. So what a caption names is
/// pinned, and windows that never meet still show one scene.
/// </summary>
internal sealed class Landscape
{
    private static readonly ConcurrentDictionary<(string Place, int Width, int Height), Landscape> Sets = new();

    private readonly float _width;
    private readonly float _height;
    private readonly float _unit;
    private readonly float _horizon;

    private Landscape(string place, int width, int height)
    {
        (_width, _height, _unit) = (width, height, MathF.Sqrt(width * height));
        _horizon = HorizonOf(height);
        Far = new Layer(2 * width, height);
        Near = new Layer(2 * width, height);
        switch (place)
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
            case "snowfield":
                DrawSnowfield();
                break;
            case "forest":
                DrawForest();
                break;
            case "mountains":
                DrawMountains();
                break;
            case "village":
                DrawVillage();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(place), place, "not a place of the world");
        }
    }

    /// <summary>What is far away and hardly moves.</summary>
    public Layer Far { get; }

    /// <summary>The ground and what stands on it.</summary>
    public Layer Near { get; }

    public static Landscape Of(string place, int width, int height) =>
        Sets.GetOrAdd((place, width, height), key => new Landscape(key.Place, key.Width, key.Height));

    /// <summary>Where the sky ends, in pixels from the top.</summary>
    public static float HorizonOf(int height) => 0.56f * height;

    /// <summary>Where the subject stands, in pixels from the top.</summary>
    public static float GroundOf(int height) => 0.86f * height;

    private void Band(Layer layer, float top, int colour) => layer.Rectangle(-1, top, (2 * _width) + 1, _height + 2, Colour.FromHex(colour));

    private void Hills(float baseline, float amplitude, int waves, int colour) => Far.Fill(
        1, baseline - (2 * amplitude), (2 * _width) - 2, _height, (px, py) =>
        {
            float u = px / (2 * _width) * MathF.Tau;
            return baseline - (amplitude * (0.8f + (0.7f * MathF.Sin(waves * u)) + (0.4f * MathF.Sin(((2 * waves) + 1) * u + 1)))) - py;
        }, Colour.FromHex(colour));

    private void DrawBeach()
    {
        Band(Far, _horizon, 0x1f86b8);
        Band(Near, _horizon + (0.1f * _height), 0xf2dc9a);
        foreach (float at in (ReadOnlySpan<float>)[0.17f, 0.86f, 1.35f, 1.8f])
        {
            float x = at * _width, foot = _horizon + (0.14f * _height), top = foot - (0.28f * _unit);
            Near.Rectangle(x - (0.014f * _unit), top, x + (0.014f * _unit), foot, Colour.FromHex(0x8a5a2b));
            for (int leaf = -1; leaf <= 1; leaf++)
            {
                Near.Ellipse(x + (leaf * 0.075f * _unit), top + (Math.Abs(leaf) * 0.025f * _unit), 0.085f * _unit, 0.027f * _unit, Colour.FromHex(0x1f8a3b));
            }
        }
    }

    private void DrawMeadow()
    {
        Hills(_horizon + (0.02f * _height), 0.05f * _height, 3, 0x3f8f45);
        Band(Near, _horizon + (0.05f * _height), 0x67c24a);
        foreach (float at in (ReadOnlySpan<float>)[0.3f, 0.9f, 1.25f, 1.7f])
        {
            float x = at * _width, foot = _horizon + (0.1f * _height);
            Near.Rectangle(x - (0.013f * _unit), foot - (0.12f * _unit), x + (0.013f * _unit), foot, Colour.FromHex(0x6b4526));
            Near.Ellipse(x, foot - (0.15f * _unit), 0.075f * _unit, 0.07f * _unit, Colour.FromHex(0x237a35));
        }

        foreach (float at in (ReadOnlySpan<float>)[0.1f, 0.55f, 0.75f, 1.1f, 1.5f, 1.9f])
        {
            Near.Ellipse(at * _width, 0.93f * _height, 0.016f * _unit, 0.016f * _unit, Colour.FromHex(0xfff6d0));
        }
    }

    private void DrawDesert()
    {
        Hills(_horizon + (0.04f * _height), 0.07f * _height, 2, 0xc9743a);
        Band(Near, _horizon + (0.08f * _height), 0xe6b25c);
        foreach (float at in (ReadOnlySpan<float>)[0.14f, 0.8f, 1.2f, 1.65f])
        {
            float x = at * _width, foot = _horizon + (0.14f * _height), w = 0.02f * _unit;
            Colour green = Colour.FromHex(0x2f7d3a);
            Near.Rectangle(x - w, foot - (0.21f * _unit), x + w, foot, green);
            Near.Rectangle(x - (0.08f * _unit), foot - (0.12f * _unit), x + (0.08f * _unit), foot - (0.09f * _unit), green);
            Near.Rectangle(x - (0.08f * _unit), foot - (0.17f * _unit), x - (0.05f * _unit), foot - (0.09f * _unit), green);
            Near.Rectangle(x + (0.05f * _unit), foot - (0.18f * _unit), x + (0.08f * _unit), foot - (0.09f * _unit), green);
        }
    }

    private void DrawCity()
    {
        const int Houses = 14;
        ReadOnlySpan<float> heights = [0.2f, 0.32f, 0.14f, 0.27f, 0.36f, 0.18f, 0.24f, 0.12f, 0.3f, 0.22f, 0.34f, 0.16f, 0.26f, 0.19f];
        float step = 2 * _width / Houses, foot = _horizon + (0.1f * _height);
        for (int i = 0; i < Houses; i++)
        {
            float left = i * step, top = _horizon - (heights[i] * _unit);
            Near.Rectangle(left, top, left + step, foot, Colour.FromHex(i % 2 == 0 ? 0x59627a : 0x7c8599));
            Near.Glowing = true;
            for (float y = top + (0.05f * _unit); y < foot - (0.05f * _unit); y += 0.09f * _unit)
            {
                Near.Rectangle(left + (0.2f * step), y, left + (0.42f * step), y + (0.045f * _unit), Colour.FromHex(0xb9c9dc));
                Near.Rectangle(left + (0.58f * step), y, left + (0.8f * step), y + (0.045f * _unit), Colour.FromHex(0xb9c9dc));
            }

            Near.Glowing = false;
        }

        Band(Near, foot, 0x66666e);
        for (int i = 0; i < 8; i++)
        {
            float x = i * _width / 4;
            Near.Rectangle(x + (0.05f * _width), 0.925f * _height, x + (0.17f * _width), 0.95f * _height, Colour.FromHex(0xf0e6a0));
        }
    }

    private void DrawSnowfield()
    {
        Hills(_horizon + (0.02f * _height), 0.06f * _height, 2, 0x9fb4d6);
        Band(Near, _horizon + (0.06f * _height), 0xeaf2fc);
        foreach (float at in (ReadOnlySpan<float>)[0.12f, 0.28f, 0.88f, 1.3f, 1.75f])
        {
            Pine(at * _width, _horizon + (0.12f * _height), 0.2f, 0x1d4d3a);
        }
    }

    private void DrawForest()
    {
        Band(Far, _horizon - (0.12f * _height), 0x2c6b3c);
        Band(Near, _horizon + (0.1f * _height), 0x4a7a35);
        for (int i = 0; i < 12; i++)
        {
            Pine((i + 0.4f + (0.2f * (i % 3))) * _width / 6, _horizon + ((0.11f + (0.02f * (i % 2))) * _height), i % 2 == 0 ? 0.4f : 0.31f, i % 2 == 0 ? 0x1c5230 : 0x256b3d);
        }
    }

    private void DrawMountains()
    {
        foreach ((float at, float high) in (ReadOnlySpan<(float, float)>)[(0.2f, 0.36f), (0.62f, 0.46f), (1.05f, 0.34f), (1.5f, 0.44f), (1.85f, 0.32f)])
        {
            float x = at * _width, foot = _horizon + (0.08f * _height), top = foot - (high * _unit), half = 0.75f * high * _unit;
            Far.Convex([(x, top), (x + half, foot), (x - half, foot)], Colour.FromHex(0x6d7691));
            Far.Convex([(x, top), (x + (0.3f * half), top + (0.3f * high * _unit)), (x - (0.3f * half), top + (0.3f * high * _unit))], Colour.FromHex(0xf4f8ff));
        }

        Band(Far, _horizon + (0.05f * _height), 0x7c8a6a);
        Band(Near, _horizon + (0.1f * _height), 0x8f9a72);
        foreach (float at in (ReadOnlySpan<float>)[0.1f, 0.45f, 0.95f, 1.4f, 1.7f])
        {
            Near.Ellipse(at * _width, _horizon + (0.12f * _height), 0.06f * _unit, 0.035f * _unit, Colour.FromHex(0x6f6f76));
        }
    }

    private void DrawVillage()
    {
        Hills(_horizon, 0.04f * _height, 2, 0x5c9a58);
        Band(Near, _horizon + (0.07f * _height), 0x86b85f);
        ReadOnlySpan<int> walls = [0xf3e3c3, 0xd9b48f, 0xf0efe6, 0xe8c9a0, 0xf3e3c3, 0xd9b48f];
        for (int i = 0; i < 6; i++)
        {
            float x = (i + 0.5f) * _width / 3, foot = _horizon + (0.12f * _height), half = 0.095f * _unit, wall = 0.12f * _unit;
            Near.Rectangle(x - half, foot - wall, x + half, foot, Colour.FromHex(walls[i]));
            Near.Convex([(x, foot - wall - (0.1f * _unit)), (x + (1.25f * half), foot - wall), (x - (1.25f * half), foot - wall)], Colour.FromHex(0xb5482f));
            Near.Rectangle(x - (0.02f * _unit), foot - (0.065f * _unit), x + (0.02f * _unit), foot, Colour.FromHex(0x6b4526));
            Near.Glowing = true;
            Near.Rectangle(x - (0.075f * _unit), foot - (0.09f * _unit), x - (0.04f * _unit), foot - (0.055f * _unit), Colour.FromHex(0x9fb6c8));
            Near.Rectangle(x + (0.04f * _unit), foot - (0.09f * _unit), x + (0.075f * _unit), foot - (0.055f * _unit), Colour.FromHex(0x9fb6c8));
            Near.Glowing = false;
        }

        Band(Near, 0.9f * _height, 0xb59a72);
    }

    private void Pine(float x, float foot, float high, int colour)
    {
        float tall = high * _unit, half = 0.3f * tall;
        Near.Rectangle(x - (0.06f * tall), foot - (0.15f * tall), x + (0.06f * tall), foot, Colour.FromHex(0x5a3b22));
        Near.Convex([(x, foot - tall), (x + half, foot - (0.12f * tall)), (x - half, foot - (0.12f * tall))], Colour.FromHex(colour));
    }
}
