namespace RenderFarm.Training.Sheets;

/// <summary>Pictures of one size side by side, row after row.</summary>
/// <param name="columns">Pictures a row, at least 1.</param>
public sealed class ContactSheet(int columns)
{
    private const int Gap = 4;
    private const byte Ground = 40;

    private readonly List<(Picture Picture, bool? Right)> _cells = [];

    /// <summary>Appends a picture.</summary>
    /// <param name="picture">As large as those before it, or it is cut or padded to the first one's size.</param>
    /// <param name="right">Marked by a green edge when true, by a red one when false.</param>
    public void Add(Picture picture, bool? right = null) => _cells.Add((picture, right));

    /// <summary>Writes the sheet as PNG; nothing where it is empty.</summary>
    public void Save(string path)
    {
        if (_cells.Count > 0)
        {
            Compose().Save(path);
        }
    }

    /// <summary>The whole sheet as one picture.</summary>
    public Picture Compose()
    {
        int cellWidth = _cells[0].Picture.Width + Gap, cellHeight = _cells[0].Picture.Height + Gap;
        int width = (Math.Min(columns, _cells.Count) * cellWidth) + Gap, height = ((_cells.Count + columns - 1) / columns * cellHeight) + Gap;
        byte[] rgb = new byte[width * height * 3];
        Array.Fill(rgb, Ground);
        for (int i = 0; i < _cells.Count; i++)
        {
            (Picture picture, bool? right) = _cells[i];
            int left = (i % columns * cellWidth) + Gap, top = (i / columns * cellHeight) + Gap;
            if (right is { } isRight)
            {
                Edge(rgb, width, left, top, cellWidth - Gap, cellHeight - Gap, isRight);
            }

            int row = Math.Min(picture.Width, cellWidth - Gap) * 3;
            for (int y = 0; y < Math.Min(picture.Height, cellHeight - Gap); y++)
            {
                picture.Rgb.AsSpan(y * picture.Width * 3, row).CopyTo(rgb.AsSpan((((top + y) * width) + left) * 3));
            }
        }

        return new Picture(width, height, rgb);
    }

    private static void Edge(byte[] rgb, int width, int left, int top, int cellWidth, int cellHeight, bool isRight)
    {
        const int Line = 2;
        for (int y = top - Line; y < top + cellHeight + Line; y++)
        {
            for (int x = left - Line; x < left + cellWidth + Line; x++)
            {
                int at = ((y * width) + x) * 3;
                (rgb[at], rgb[at + 1], rgb[at + 2]) = isRight ? ((byte)40, (byte)170, (byte)70) : ((byte)220, (byte)40, (byte)40);
            }
        }
    }
}
