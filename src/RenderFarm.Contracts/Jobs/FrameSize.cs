using System.Globalization;
using RenderFarm.Errors;

namespace RenderFarm.Jobs;

/// <summary>Width and height of a film's frames, in pixels.</summary>
[GenerateSerializer, Immutable, Alias("FrameSize")]
public readonly record struct FrameSize([property: Id(0)] int Width, [property: Id(1)] int Height)
{
    /// <summary>Reads <c>256x160</c>.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidSpec"/> when the text is not WIDTHxHEIGHT.</exception>
    public static FrameSize Parse(string text)
    {
        string[] parts = text.Split('x');
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int width)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int height)
            ? new FrameSize(width, height)
            : throw new RenderFarmException(ErrorCodes.InvalidSpec, $"size '{text}' is not WIDTHxHEIGHT, as in 256x160");
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Width}x{Height}");
}
