using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Rendering.PromptExpansion.Pocket;
using RenderFarm.Storyboards;

namespace RenderFarm.Rendering.Tests.PromptExpansion;

public sealed class PocketPromptExpanderTests
{
    [Fact]
    public void Expand_ThenClause_MakesASecondShotThatKeepsTheRest()
    {
        Storyboard storyboard = Expand("a red ball bounces along a beach at sunset, then night falls and it starts to rain");

        Assert.Equal(["a red ball bounces, beach, sunset, clear", "a red ball bounces, beach, night, rain"], Captions(storyboard));
        Assert.All(storyboard.Shots, shot => Assert.Empty(shot.Notes));
        Assert.All(storyboard.Shots, shot => Assert.Equal(1, shot.Share));
        Assert.Equal("night falls and it starts to rain", storyboard.Shots[1].Source);
    }

    [Theory]
    [InlineData("At night, in the snow, a purple cube is standing.", "a purple cube stands, snowfield, night, clear")]
    [InlineData("A crimson sphere is hopping across the dunes at dusk in the rain", "a red ball bounces, desert, sunset, rain")]
    [InlineData("seagulls", "a white bird flies, meadow, day, clear")]
    [InlineData("It is snowing in the city as an orange automobile drives by", "an orange car rolls, city, day, snow")]
    [InlineData("the balloon that hovers over the white beach is green", "a green balloon floats, beach, day, clear")]
    [InlineData("a beach ball on the grass", "a red ball rolls, meadow, day, clear")]
    public void Expand_PlainEnglish_FindsTheCaption(string prompt, string caption) =>
        Assert.Equal([caption], Captions(Expand(prompt)));

    [Fact]
    public void Expand_UnknownSubject_SaysWhatIsShownInstead()
    {
        Shot shot = Assert.Single(Expand("a blue kangaroo jumps on the beach").Shots);

        Assert.Equal("a blue ball bounces, beach, day, clear", shot.Caption);
        Assert.Equal(["pocket has no kangaroo; showing a ball"], shot.Notes);
    }

    [Fact]
    public void Expand_NearWords_AreSaid()
    {
        Shot shot = Assert.Single(Expand("a brown truck dances in a forest at dawn with an umbrella").Shots);

        Assert.Equal("an orange car bounces, meadow, sunset, clear", shot.Caption);
        Assert.Equal(
            [
                "pocket does not know: umbrella",
                "pocket has no brown; showing orange",
                "pocket has no dances; showing bounces",
                "pocket has no dawn; showing sunset",
                "pocket has no forest; showing meadow",
                "pocket has no truck; showing a car",
            ],
            shot.Notes.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Expand_TwoSubjects_ShowsTheFirstAndSaysSo()
    {
        Shot shot = Assert.Single(Expand("a pink star and a blue cube in the city").Shots);

        Assert.Equal("a pink star floats, city, day, clear", shot.Caption);
        Assert.Equal(["pocket shows one subject a shot; leaving out 'cube'"], shot.Notes);
    }

    [Fact]
    public void Expand_ClauseWithNothingNew_LengthensTheShotBefore()
    {
        Storyboard storyboard = Expand("A red ball rolls. The ball keeps rolling. How beautiful! Then snow falls.");

        Assert.Equal([2.0, 1.0], storyboard.Shots.Select(shot => shot.Share));
        Assert.Equal("a red ball rolls, meadow, day, snow", storyboard.Shots[1].Caption);
    }

    [Fact]
    public void Expand_NewSubject_TakesItsOwnColourAndAction()
    {
        Storyboard storyboard = Expand("a green ball bounces at night; then a bird appears; then it turns red");

        Assert.Equal(
            ["a green ball bounces, meadow, night, clear", "a white bird flies, meadow, night, clear", "a red bird flies, meadow, night, clear"],
            Captions(storyboard));
    }

    [Theory]
    [InlineData("then")]
    [InlineData("...")]
    [InlineData("日本")]
    [InlineData("1234 %&/ {}[] <b>")]
    public void Expand_NothingUnderstood_StillMakesAShot(string prompt)
    {
        Shot shot = Assert.Single(Expand(prompt).Shots);

        Assert.Equal("a red ball rolls, meadow, day, clear", shot.Caption);
        Assert.NotEmpty(shot.Notes);
    }

    [Fact]
    public void Expand_AnyPrompt_GivesCaptionsThatTheTokenizerKnowsWhole()
    {
        string[] words = ["then", "a", "red", "blue", "ball", "rain", "at night", "in the snow", "kangaroo", ",", ".", "jumps", "sea", "white", "stops raining"];
        var random = new Random(5);
        for (int i = 0; i < 500; i++)
        {
            string prompt = string.Join(' ', Enumerable.Range(0, random.Next(1, 12)).Select(_ => words[random.Next(words.Length)]));
            foreach (Shot shot in Expand(prompt).Shots)
            {
                Assert.DoesNotContain(0L, PocketTokenizer.Encode(shot.Caption));
                Assert.True(shot.Share > 0);
            }
        }
    }

    private static Storyboard Expand(string prompt) => PocketPromptExpander.Expand("pocket", prompt);

    private static IEnumerable<string> Captions(Storyboard storyboard) => storyboard.Shots.Select(shot => shot.Caption);
}
