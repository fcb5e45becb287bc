using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Training.World;

namespace RenderFarm.Training.Tests;

public sealed class SceneTests
{
    private const int Width = 256;
    private const int Height = 160;

    private static readonly PocketCaption Plain = WorldCaption.Plain;

    [Fact]
    public void Render_WithTheSameSeed_GivesTheSameFrame()
    {
        PocketCaption caption = Plain with { Action = "rolls", Weather = "rain", Camera = "follows" };
        Assert.Equal(new Scene(caption, Width, Height, 3).Render(2.5), new Scene(caption, Width, Height, 3).Render(2.5));
        Assert.NotEqual(new Scene(caption, Width, Height, 3).Render(2.5), new Scene(caption, Width, Height, 4).Render(2.5));
    }

    [Fact]
    public void Render_OfARectangle_EqualsThatPartOfTheFrame()
    {
        Scene scene = new(Plain with { Weather = "snow", Camera = "pans", Occluder = "pillar" }, Width, Height, 5);
        float[] whole = scene.Render(1.5), part = scene.Render(1.5, 64, 32, 80, 48);
        for (int y = 0; y < 48; y++)
        {
            Assert.Equal(whole.AsSpan((((y + 32) * Width) + 64) * 3, 80 * 3).ToArray(), part.AsSpan(y * 80 * 3, 80 * 3).ToArray());
        }
    }

    [Theory]
    [InlineData(256, 160)]
    [InlineData(160, 256)]
    [InlineData(256, 256)]
    public void SubjectAt_AtAnyTime_IsInTheFrame(int width, int height)
    {
        foreach (string action in PocketVocabulary.Actions)
        {
            foreach (string camera in PocketVocabulary.Cameras)
            {
                for (int seed = 0; seed < 20; seed++)
                {
                    Scene scene = new(Plain with { Action = action, Camera = camera }, width, height, seed);
                    for (double time = 0; time < 60; time += 0.7)
                    {
                        (float x, float y) = scene.SubjectAt(time);
                        Assert.InRange(x, 0, width);
                        Assert.InRange(y, 0, height);
                    }
                }
            }
        }
    }

    [Fact]
    public void Render_OfEveryWord_ShowsInThePixels()
    {
        float[] frame = new Scene(Plain, Width, Height, 1).Render(1);
        PocketCaption[] others =
        [
            .. PocketVocabulary.Sizes.Where(word => word != "large").Select(word => Plain with { Size = word }),
            .. PocketVocabulary.Colours.Skip(1).Select(word => Plain with { Colour = word }),
            .. PocketVocabulary.Subjects.Skip(1).Select(word => Plain with { Subject = word }),
            .. PocketVocabulary.Actions.Where(word => word != "stands").Select(word => Plain with { Action = word }),
            .. PocketVocabulary.Places.Skip(1).Select(word => Plain with { Place = word }),
            .. PocketVocabulary.Times.Where(word => word != "day").Select(word => Plain with { Time = word }),
            .. PocketVocabulary.Weathers.Skip(1).Select(word => Plain with { Weather = word }),
            .. PocketVocabulary.Occluders.Select(word => Plain with { Occluder = word }),
            Plain with { SecondSubject = "car", SecondColour = "blue" },
        ];
        foreach (PocketCaption other in others)
        {
            float[] changed = new Scene(other, Width, Height, 1).Render(1);
            Assert.True(frame.Zip(changed, (a, b) => Math.Abs(a - b)).Average() > 0.002, $"{other} looks like {Plain}");
        }
    }

    [Fact]
    public void SubjectAt_OfABounce_FollowsAParabola()
    {
        Scene scene = new(Plain with { Action = "bounces" }, Width, Height, 2);
        double[] heights = [.. Enumerable.Range(0, 240).Select(i => (double)scene.SubjectAt(i / 240.0).Y)];
        double[] accelerations = [.. Enumerable.Range(1, 238).Select(i => (heights[i + 1] - (2 * heights[i]) + heights[i - 1]) * 240 * 240)];
        double gravity = accelerations.Order().ElementAt(accelerations.Length / 2);
        Assert.True(gravity > 100, "it does not fall");
        Assert.True(accelerations.Count(value => Math.Abs(value - gravity) < 0.05 * gravity) > 200, "it does not fall freely between contacts");
    }

    [Fact]
    public void Render_OfARollingBall_TurnsItWithoutSlipping()
    {
        Scene scene = new(Plain with { Action = "rolls", Size = "small" }, Width, Height, 2);
        double radius = scene.SubjectRadius, way = 2 * Math.PI * radius;

        // Between two moments of one way, a whole turn apart on the ground, the ball looks the same; half a turn apart it does not.
        (double Start, double Half, double Whole) found = Enumerable.Range(0, 1200).Select(i => i / 100.0).Select(start =>
        {
            double x = scene.SubjectAt(start).X;
            double? After(double distance) => Enumerable.Range(1, 600).Select(i => start + (i / 100.0))
                .Where(t => scene.FacingAt(t) == scene.FacingAt(start) && Math.Abs(Math.Abs(scene.SubjectAt(t).X - x) - distance) < 0.3)
                .Select(t => (double?)t).FirstOrDefault();
            return (start, After(way / 2) ?? 0, After(way) ?? 0);
        }).First(moment => moment.Item2 > 0 && moment.Item3 > moment.Item2);
        float[] upright = Patch(found.Start);
        double afterHalf = Difference(Patch(found.Half), upright), afterWhole = Difference(Patch(found.Whole), upright);
        Assert.True(afterWhole < 0.5 * afterHalf, $"after a whole turn it looks different by {afterWhole:f3}, after half a turn by {afterHalf:f3}");

        static double Difference(float[] a, float[] b) => a.Zip(b, (p, q) => Math.Abs(p - q)).Average();

        float[] Patch(double t)
        {
            (float px, float py) = scene.SubjectAt(t);
            int edge = (int)(1.2 * radius);
            return scene.Render(t, (int)Math.Round(px) - (edge / 2), (int)Math.Round(py) - (edge / 2), edge, edge);
        }
    }

    [Fact]
    public void Render_AfterNightFell_ShowsTheNight()
    {
        Scene scene = new(Plain with { Event = "night falls" }, Width, Height, 1, eventAt: 2);
        Assert.True(scene.Render(1).Average() > 2 * scene.Render(4).Average());
        Assert.Equal("night", Scene.After(scene.Caption).Time);
    }

    [Fact]
    public void SubjectAt_BehindAnOccluder_IsHiddenAtTimesAndNotAlways()
    {
        PocketCaption open = Plain with { Action = "slides", Size = "small" }, hidden = open with { Occluder = "pillar" };
        Scene with = new(hidden, Width, Height, 4), without = new(open, Width, Height, 4);
        double[] covered = [.. Enumerable.Range(0, 72).Select(i =>
        {
            double t = i / 12.0;
            (float x, float y) = with.SubjectAt(t);
            float[] a = with.Render(t, (int)x - 6, (int)y - 6, 12, 12), b = without.Render(t, (int)x - 6, (int)y - 6, 12, 12);
            return a.Zip(b, (p, q) => Math.Abs(p - q)).Average();
        })];
        Assert.Contains(covered, difference => difference > 0.15);
        Assert.Contains(covered, difference => difference < 0.02);
    }
}
