using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Training.World;

namespace RenderFarm.Training.Tests;

public sealed class SceneTests
{
    private const int Width = 192;
    private const int Height = 112;

    [Fact]
    public void Render_WithTheSameSeed_GivesTheSameFrame()
    {
        PocketCaption caption = new("red", "car", "rolls", "city", "night", "rain");
        Assert.Equal(new Scene(caption, Width, Height, 3).Render(2.5), new Scene(caption, Width, Height, 3).Render(2.5));
        Assert.NotEqual(new Scene(caption, Width, Height, 3).Render(2.5), new Scene(caption, Width, Height, 4).Render(2.5));
    }

    [Fact]
    public void SubjectAt_AtAnyTime_IsInTheFrame()
    {
        foreach (string action in PocketVocabulary.Actions)
        {
            for (int seed = 0; seed < 50; seed++)
            {
                Scene scene = new(new PocketCaption("red", "ball", action, "beach", "day", "clear"), Width, Height, seed);
                for (double time = 0; time < 60; time += 0.7)
                {
                    (float x, float y) = scene.SubjectAt(time);
                    Assert.InRange(x, 0, Width);
                    Assert.InRange(y, 0, Height);
                }
            }
        }
    }

    [Fact]
    public void Render_OfEveryWord_ShowsInThePixels()
    {
        PocketCaption plain = new("red", "ball", "stands", "beach", "day", "clear");
        float[] frame = new Scene(plain, Width, Height, 1).Render(1);
        PocketCaption[] others =
        [
            .. PocketVocabulary.Colours.Skip(1).Select(word => plain with { Colour = word }),
            .. PocketVocabulary.Subjects.Skip(1).Select(word => plain with { Subject = word }),
            .. PocketVocabulary.Actions.Where(word => word != "stands").Select(word => plain with { Action = word }),
            .. PocketVocabulary.Places.Skip(1).Select(word => plain with { Place = word }),
            .. PocketVocabulary.Times.Skip(1).Select(word => plain with { Time = word }),
            .. PocketVocabulary.Weathers.Skip(1).Select(word => plain with { Weather = word }),
        ];
        foreach (PocketCaption other in others)
        {
            float[] changed = new Scene(other, Width, Height, 1).Render(1);
            Assert.True(frame.Zip(changed, (a, b) => Math.Abs(a - b)).Average() > 0.004, $"{other} looks like {plain}");
        }
    }

    [Fact]
    public void Render_OfAStar_PaintsItsMiddleAndNotItsCorners()
    {
        Scene scene = new(new PocketCaption("green", "star", "stands", "snowfield", "day", "clear"), Width, Height, 1);
        (float x, float y) = scene.SubjectAt(0);
        float[] frame = scene.Render(0);
        int middle = (((int)y * Width) + (int)x) * 3;
        Assert.True(frame[middle + 1] > frame[middle] + 0.3f, "the star's middle is not green");
        int corner = ((((int)y - 13) * Width) + (int)x - 13) * 3;
        Assert.False(frame[corner + 1] > frame[corner] + 0.3f, "the star's corner is green");
    }
}
