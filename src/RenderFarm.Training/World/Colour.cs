namespace RenderFarm.Training.World;

/// <summary>A colour, each channel 0 to 1.</summary>
internal readonly record struct Colour(float Red, float Green, float Blue)
{
    public static Colour FromHex(int rgb) => new(((rgb >> 16) & 255) / 255f, ((rgb >> 8) & 255) / 255f, (rgb & 255) / 255f);

    public static Colour operator *(Colour colour, float factor) => new(colour.Red * factor, colour.Green * factor, colour.Blue * factor);

    public static Colour operator *(Colour a, Colour b) => new(a.Red * b.Red, a.Green * b.Green, a.Blue * b.Blue);

    /// <summary>This colour moved towards another by a share.</summary>
    public Colour Towards(Colour other, float share) =>
        new(Red + ((other.Red - Red) * share), Green + ((other.Green - Green) * share), Blue + ((other.Blue - Blue) * share));
}
