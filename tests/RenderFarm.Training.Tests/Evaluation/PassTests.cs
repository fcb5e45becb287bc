using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Training.Evaluation.Judging;
using RenderFarm.Training.Evaluation.Permanence;

namespace RenderFarm.Training.Tests.Evaluation;

public sealed class PassTests
{
    private const double Occluder = 128;
    private const double Radius = 20;
    private const double HalfWidth = 12;

    [Theory]
    [InlineData("ball", "red", true, true)]
    [InlineData("cube", "red", false, true)]
    [InlineData("ball", "blue", true, false)]
    public void Find_OfAWayBehindTheOccluder_ComparesBeforeAndAfter(string subject, string colour, bool isSameSubject, bool isSameColour)
    {
        Pass? pass = Pass.Find(
            [.. Looks(40, 100, "ball", "red"), .. Looks(120, 140, "ball", "red"), .. Looks(160, 220, subject, colour)], Radius, HalfWidth);
        Assert.NotNull(pass);
        Assert.Equal((isSameSubject, isSameColour), (pass.IsSameSubject, pass.IsSameColour));
    }

    [Fact]
    public void Find_OfASubjectThatTurnsBack_IsNoPass()
    {
        LookReading[] there = Looks(40, 130, "ball", "red");
        Assert.Null(Pass.Find([.. there, .. there.Reverse()], Radius, HalfWidth));
    }

    [Fact]
    public void Find_WhereNoOccluderIsSeen_IsNoPass() =>
        Assert.Null(Pass.Find(Looks(40, 220, "ball", "red", occluder: null), Radius, HalfWidth));

    private static LookReading[] Looks(int from, int to, string subject, string colour, string? occluder = "pillar") =>
    [
        .. Enumerable.Range(0, ((to - from) / 10) + 1).Select(i => new LookReading(
            i, from + (10 * i), 80, Occluder, Logs((PocketAttribute.Subject, subject), (PocketAttribute.Colour, colour), (PocketAttribute.Occluder, occluder)))),
    ];

    private static float[] Logs(params (PocketAttribute Attribute, string? Value)[] seen)
    {
        float[] logs = [.. Enumerable.Repeat(-5f, JudgedAttributes.Width)];
        foreach ((PocketAttribute attribute, string? value) in seen)
        {
            logs[JudgedAttributes.Offset(attribute) + JudgedAttributes.IndexOf(attribute, value)] = 0;
        }

        return logs;
    }
}
