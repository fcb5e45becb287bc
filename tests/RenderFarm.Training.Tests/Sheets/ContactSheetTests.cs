using System.Buffers.Binary;
using RenderFarm.Training.Sheets;

namespace RenderFarm.Training.Tests.Sheets;

public sealed class ContactSheetTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("renderfarm-sheet-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Compose_OfThreePicturesInTwoColumns_PutsEachInItsCell()
    {
        ContactSheet sheet = new(columns: 2);
        for (byte i = 1; i <= 3; i++)
        {
            sheet.Add(Plain(6, 4, (byte)(i * 50)));
        }

        Picture composed = sheet.Compose();
        Assert.Equal((24, 20), (composed.Width, composed.Height));
        Assert.Equal([50, 100, 150], (byte[])[At(composed, 5, 5), At(composed, 16, 5), At(composed, 5, 14)]);
    }

    [Fact]
    public void Save_OfASheet_WritesAPngOfItsSize()
    {
        ContactSheet sheet = new(columns: 1);
        sheet.Add(Plain(30, 20, 90), right: true);
        string path = Path.Combine(_root, "sheet.png");
        sheet.Save(path);

        byte[] file = File.ReadAllBytes(path);
        Assert.Equal((byte[])[0x89, (byte)'P', (byte)'N', (byte)'G'], file[..4]);
        Assert.Equal((38, 28), (BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(20))));
        Assert.Equal([path], Directory.GetFiles(_root));
    }

    [Fact]
    public void Halved_OfAPicture_IsTheMeanOfFourPixels()
    {
        Picture half = new Picture(2, 2, [0, 0, 0, 10, 10, 10, 20, 20, 20, 30, 30, 30]).Halved();
        Assert.Equal((1, 1), (half.Width, half.Height));
        Assert.Equal([15, 15, 15], half.Rgb);
    }

    private static Picture Plain(int width, int height, byte value)
    {
        byte[] rgb = new byte[width * height * 3];
        Array.Fill(rgb, value);
        return new Picture(width, height, rgb);
    }

    private static byte At(Picture picture, int x, int y) => picture.Rgb[((y * picture.Width) + x) * 3];
}
