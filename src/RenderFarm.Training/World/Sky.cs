namespace RenderFarm.Training.World;

/// <summary>The light of a time of day and a weather.</summary>
/// <param name="Top">The sky's colour above.</param>
/// <param name="Bottom">The sky's colour at the horizon.</param>
/// <param name="Light">What the light makes of colours.</param>
/// <param name="Haze">The colour of distance in fog.</param>
/// <param name="Fog">How thick the fog is, 0 to 1.</param>
/// <param name="HighSun">How much of the sun stands high, 0 to 1.</param>
/// <param name="RisingSun">How much of it stands at the horizon at dawn.</param>
/// <param name="SettingSun">How much of it stands at the horizon at sunset.</param>
/// <param name="Moon">How much of moon and stars there is.</param>
/// <param name="Lamps">How much of their light windows give.</param>
internal readonly record struct Sky(
    Colour Top, Colour Bottom, Colour Light, Colour Haze, float Fog, float HighSun, float RisingSun, float SettingSun, float Moon, float Lamps)
{
    private static readonly (float X, float Y)[] Stars = [(0.08f, 0.07f), (0.42f, 0.12f), (0.55f, 0.05f), (0.68f, 0.2f), (0.83f, 0.1f), (0.93f, 0.26f), (0.1f, 0.3f)];

    public static Sky Of(string time, string weather)
    {
        Sky sky = time switch
        {
            "dawn" => new(Rgb(0x8fb8e8), Rgb(0xffc4ae), new(1, 0.88f, 0.84f), Rgb(0xdcc8c4), 0, 0, 1, 0, 0, 0.3f),
            "day" => new(Rgb(0x4f97f2), Rgb(0xd6ecff), new(1, 1, 1), Rgb(0xd3dade), 0, 1, 0, 0, 0, 0),
            "sunset" => new(Rgb(0x6a3d8f), Rgb(0xff9b52), new(0.95f, 0.72f, 0.6f), Rgb(0xc9967c), 0, 0, 0, 1, 0, 0.7f),
            "night" => new(Rgb(0x060818), Rgb(0x1c2450), new(0.3f, 0.33f, 0.5f), Rgb(0x353b4c), 0, 0, 0, 0, 1, 1),
            _ => throw new ArgumentOutOfRangeException(nameof(time), time, "not a time of the world"),
        };
        return weather switch
        {
            "clear" => sky,
            "rain" => sky.Overcast(0.55f, time == "night" ? Rgb(0x14161f) : Rgb(0x7d858f), 0.85f),
            "snow" => sky.Overcast(0.45f, time == "night" ? Rgb(0x1d202c) : Rgb(0xb0b7c0), 0.95f),
            "fog" => sky with { Fog = 1 },
            _ => throw new ArgumentOutOfRangeException(nameof(weather), weather, "not a weather of the world"),
        };
    }

    /// <summary>This sky moved towards another by a share.</summary>
    public Sky Towards(Sky other, float share) => new(
        Top.Towards(other.Top, share), Bottom.Towards(other.Bottom, share), Light.Towards(other.Light, share), Haze.Towards(other.Haze, share),
        Mix(Fog, other.Fog, share), Mix(HighSun, other.HighSun, share), Mix(RisingSun, other.RisingSun, share),
        Mix(SettingSun, other.SettingSun, share), Mix(Moon, other.Moon, share), Mix(Lamps, other.Lamps, share));

    /// <param name="canvas">What is drawn on.</param>
    /// <param name="width">The whole frame's, in pixels.</param>
    /// <param name="height">The whole frame's, in pixels.</param>
    public void Draw(Canvas canvas, float width, float height)
    {
        float horizon = Landscape.HorizonOf((int)height), radius = 0.055f * MathF.Sqrt(width * height);
        for (int y = canvas.Top; y < canvas.Top + canvas.Height; y++)
        {
            canvas.Row(y, Top.Towards(Bottom, Math.Min(1, y / horizon)));
        }

        if (Moon > 0)
        {
            foreach ((float x, float y) in Stars)
            {
                canvas.Ellipse(x * width, y * height, 1.6f, 1.6f, Rgb(0xdfe4ff), 0.8f * Moon);
            }

            canvas.Ellipse(0.25f * width, 0.15f * height, radius, radius, Rgb(0xe8e8d8), Moon);
            canvas.Ellipse((0.25f * width) - (0.3f * radius), (0.15f * height) - (0.2f * radius), 0.25f * radius, 0.25f * radius, Rgb(0xcfcfc0), Moon);
        }

        canvas.Ellipse(0.78f * width, 0.15f * height, 1.1f * radius, 1.1f * radius, Rgb(0xfff4a8), HighSun);
        canvas.Ellipse(0.2f * width, horizon - (0.9f * radius), radius, radius, Rgb(0xfff0c8), RisingSun);
        canvas.Ellipse(0.64f * width, horizon - (0.5f * radius), 1.4f * radius, 1.4f * radius, Rgb(0xffe08a), SettingSun);
        canvas.Veil(Haze, 0.75f * Fog);
    }

    private static Colour Rgb(int hex) => Colour.FromHex(hex);

    private static float Mix(float from, float to, float share) => from + ((to - from) * share);

    private Sky Overcast(float share, Colour grey, float light) =>
        this with { Top = Top.Towards(grey, share), Bottom = Bottom.Towards(grey, share), Light = Light * light };
}
