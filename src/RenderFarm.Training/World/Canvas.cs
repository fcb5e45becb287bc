namespace RenderFarm.Training.World;

/// <summary>A rectangle of a frame being drawn: three channels a pixel, row by row, 0 to 1.</summary>
internal sealed class Canvas(int left, int top, int width, int height) : Surface(left, top, width, height)
{
    public float[] Pixels { get; } = new float[width * height * 3];

    public override void Blend(int x, int y, Colour colour, float share)
    {
        int at = (((y - Top) * Width) + x - Left) * 3;
        Pixels[at] += (colour.Red - Pixels[at]) * share;
        Pixels[at + 1] += (colour.Green - Pixels[at + 1]) * share;
        Pixels[at + 2] += (colour.Blue - Pixels[at + 2]) * share;
    }

    /// <summary>Paints one row.</summary>
    public void Row(int y, Colour colour)
    {
        Span<float> row = Pixels.AsSpan((y - Top) * Width * 3, Width * 3);
        for (int at = 0; at < row.Length; at += 3)
        {
            (row[at], row[at + 1], row[at + 2]) = (colour.Red, colour.Green, colour.Blue);
        }
    }

    /// <summary>Lays a layer over the image, moved left by an offset in pixels, under a light and behind a haze.</summary>
    public void Lay(Layer layer, float offset, Colour light, Colour glow, Colour haze, float hazeShare)
    {
        offset += Left;
        float wrapped = ((offset % layer.Width) + layer.Width) % layer.Width;
        int whole = (int)wrapped;
        float rest = wrapped - whole, clear = 1 - hazeShare;
        Colour veil = haze * hazeShare;
        ReadOnlySpan<float> cells = layer.Cells;
        Span<float> pixels = Pixels;
        for (int y = 0; y < Height; y++)
        {
            int row = (y + Top) * layer.Width * Layer.Channels, end = row + (layer.Width * Layer.Channels);
            int a = row + (whole * Layer.Channels), to = y * Width * 3;
            for (int x = 0; x < Width; x++, to += 3)
            {
                if (a >= end)
                {
                    a -= layer.Width * Layer.Channels;
                }

                int b = a + Layer.Channels >= end ? row : a + Layer.Channels;
                float cover = cells[a + 3] + ((cells[b + 3] - cells[a + 3]) * rest);
                if (cover > 0)
                {
                    float lit = (cells[a + 4] + ((cells[b + 4] - cells[a + 4]) * rest)) * clear, under = 1 - cover;
                    float red = (cells[a] + ((cells[b] - cells[a]) * rest)) * clear;
                    float green = (cells[a + 1] + ((cells[b + 1] - cells[a + 1]) * rest)) * clear;
                    float blue = (cells[a + 2] + ((cells[b + 2] - cells[a + 2]) * rest)) * clear;
                    pixels[to] = (red * light.Red) + (lit * glow.Red) + (veil.Red * cover) + (pixels[to] * under);
                    pixels[to + 1] = (green * light.Green) + (lit * glow.Green) + (veil.Green * cover) + (pixels[to + 1] * under);
                    pixels[to + 2] = (blue * light.Blue) + (lit * glow.Blue) + (veil.Blue * cover) + (pixels[to + 2] * under);
                }

                a += Layer.Channels;
            }
        }
    }

    /// <summary>Covers the whole image by a share.</summary>
    public void Veil(Colour colour, float share)
    {
        if (share <= 0)
        {
            return;
        }

        for (int at = 0; at < Pixels.Length; at += 3)
        {
            Pixels[at] += (colour.Red - Pixels[at]) * share;
            Pixels[at + 1] += (colour.Green - Pixels[at + 1]) * share;
            Pixels[at + 2] += (colour.Blue - Pixels[at + 2]) * share;
        }
    }
}
