using RenderFarm.Errors;
using RenderFarm.Jobs;
using RenderFarm.Media.Films;

namespace RenderFarm.Media.Tests;

public sealed class FilmWriterTests : IDisposable
{
    private static readonly FrameSize Size = new(64, 48);
    private readonly string _folder = Directory.CreateTempSubdirectory("renderfarm-film-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Complete_AfterEightyFrames_LeavesAPlayableFilmOfThatLength()
    {
        string path = Path.Combine(_folder, "film.mp4");
        await using (FilmWriter writer = FilmWriter.Create(path, Size, 8, "a \"red\" ball"))
        {
            for (int i = 0; i < 80; i++)
            {
                await writer.WriteAsync(Frame(i), Token);
            }

            Assert.False(File.Exists(path));
            await writer.CompleteAsync(Token);
        }

        FilmInfo info = await FilmInfo.ReadAsync(path, Token);
        Assert.Equal((Size, 8.0, "h264", "yuv420p"), (info.Size, info.Fps, info.Codec, info.PixelFormat));
        Assert.Equal(10, info.Duration.TotalSeconds, 0.01);
        byte[] bytes = await File.ReadAllBytesAsync(path, Token);
        Assert.True(bytes.AsSpan().IndexOf("moov"u8) < bytes.AsSpan().IndexOf("mdat"u8), "the index stands behind the frames: no fast start");
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task Dispose_WithoutComplete_LeavesNothing()
    {
        await using (FilmWriter writer = FilmWriter.Create(Path.Combine(_folder, "film.mp4"), Size, 8))
        {
            await writer.WriteAsync(Frame(0), Token);
        }

        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData("missing/film.mp4")]
    [InlineData(".")]
    public void Create_WhereNothingCanBeWritten_SaysSo(string path)
    {
        RenderFarmException fault = Assert.Throws<RenderFarmException>(() => FilmWriter.Create(Path.Combine(_folder, path), Size, 8));
        Assert.Equal(ErrorCodes.OutputUnwritable, fault.Code);
    }

    private static byte[] Frame(int index)
    {
        byte[] frame = new byte[Size.Width * Size.Height * 3];
        Array.Fill(frame, (byte)(index * 3));
        return frame;
    }
}
