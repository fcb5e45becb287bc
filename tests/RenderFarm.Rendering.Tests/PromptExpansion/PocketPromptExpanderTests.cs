using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Rendering.PromptExpansion.Pocket;
using RenderFarm.Storyboards;

namespace RenderFarm.Rendering.Tests.PromptExpansion;

public sealed class PocketPromptExpanderTests
{
    private static readonly PocketCaption RedBall = new()
    {
        Size = "medium",
        Colour = "red",
        Subject = "ball",
        Action = "rolls",
        Place = "meadow",
        Time = "day",
        Weather = "clear",
        Camera = "still",
    };

    [Fact]
    public void Expand_NightFallsAndRainBegins_GoesThereByTwoTransitions()
    {
        Storyboard storyboard = PocketPromptExpander.Expand("pocket", "a red ball bounces along a beach at sunset, then night falls and it starts to rain");

        PocketCaption first = RedBall with { Action = "bounces", Place = "beach", Time = "sunset" };
        PocketCaption[] captions =
        [
            first,
            first with { Event = "night falls" },
            first with { Time = "night", Event = "rain begins" },
            first with { Time = "night", Weather = "rain" },
        ];
        Assert.Equal(captions.Select(caption => caption.ToString()), storyboard.Shots.Select(shot => shot.Caption));
        Assert.All(storyboard.Shots, shot => Assert.Empty(shot.Notes));
        Assert.Equal([1, PocketPromptExpander.TransitionShare, PocketPromptExpander.TransitionShare, 1], storyboard.Shots.Select(shot => shot.Share));
        Assert.Equal("night falls and it starts to rain", storyboard.Shots[^1].Source);
    }

    [Fact]
    public void Expand_EventInTheFirstShot_ShowsBeforeAndAfter()
    {
        IReadOnlyList<PocketShot> shots = Expand("night falls over the city as a red car drives by");

        Assert.Equal(["sunset", "sunset", "night"], shots.Select(shot => shot.Caption.Time));
        Assert.Equal([null, "night falls", null], shots.Select(shot => shot.Caption.Event));
        Assert.Equal([0.5, PocketPromptExpander.TransitionShare, 0.5], shots.Select(shot => shot.Share));
    }

    [Fact]
    public void Expand_DayBreaksThenStorm_TellsEachByAnEvent()
    {
        IReadOnlyList<PocketShot> shots = Expand("a white boat sails at dawn, then day breaks, then a storm begins");

        Assert.Equal([null, "day breaks", null, "rain begins", null], shots.Select(shot => shot.Caption.Event));
        Assert.Equal(["dawn", "dawn", "day", "day", "day"], shots.Select(shot => shot.Caption.Time));
        Assert.Equal(["clear", "clear", "clear", "clear", "rain"], shots.Select(shot => shot.Caption.Weather));
    }

    [Fact]
    public void Expand_FollowedCarTurnsRound_TurnsInATransition()
    {
        IReadOnlyList<PocketShot> shots = Expand("The camera follows a red car through the city. Then it turns round and drives back.");

        Assert.Equal([null, "turns round", null], shots.Select(shot => shot.Caption.Event));
        Assert.All(shots, shot => Assert.Equal("follows", shot.Caption.Camera));
    }

    [Fact]
    public void Expand_UnfollowedCarTurnsRound_IsNoEvent()
    {
        PocketShot shot = Assert.Single(Expand("a blue car drives through the desert, then reverses"));

        Assert.Null(shot.Caption.Event);
        Assert.Equal(2, shot.Share);
    }

    [Fact]
    public void Expand_ChangeWithoutAnEvent_IsACut()
    {
        IReadOnlyList<PocketShot> shots = Expand("a cube stands in the rain, then the rain stops; then at sunset it spins");

        Assert.Equal(["rain", "clear", "clear"], shots.Select(shot => shot.Caption.Weather));
        Assert.Equal(["day", "day", "sunset"], shots.Select(shot => shot.Caption.Time));
    }

    [Fact]
    public void Expand_UnknownSubject_SaysWhatIsShownInstead()
    {
        PocketShot shot = Assert.Single(Expand("a blue kangaroo jumps on the beach"));

        Assert.Equal(RedBall with { Colour = "blue", Action = "bounces", Place = "beach" }, shot.Caption);
        Assert.Equal(["pocket has no kangaroo; showing a ball"], shot.Notes);
    }

    [Fact]
    public void Expand_NearWords_AreSaid()
    {
        PocketShot shot = Assert.Single(Expand("a maroon truck dances in a jungle in a storm with a xylophone behind a lamp post"));

        Assert.Equal(
            [
                "pocket does not know: xylophone",
                "pocket has no dances; showing bounces",
                "pocket has no jungle; showing forest",
                "pocket has no lamp post; showing a pillar",
                "pocket has no maroon; showing red",
                "pocket has no storm; showing rain",
                "pocket has no truck; showing a car",
            ],
            shot.Notes.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("a ball and a cube and a star", "pocket shows two subjects a shot; leaving out 'star'")]
    [InlineData("three red balls", "pocket shows one ball a shot")]
    [InlineData("a car on the beach and in the forest", "pocket shows one place a shot; leaving out 'forest'")]
    [InlineData("an ornage ball", "reading 'ornage' as orange")]
    [InlineData("a cat walks", "pocket has no walks; showing slides")]
    [InlineData("the camera follows a robot that stands still", "the camera cannot follow what stands; showing a still camera")]
    [InlineData("the camera follows a red ball past a green cube", "the camera follows only a subject that is alone; showing a still camera")]
    [InlineData("rain in the city", "no subject was named; showing a ball")]
    public void Expand_WhatCannotBeShown_IsSaid(string prompt, string note) => Assert.Contains(note, Assert.Single(Expand(prompt)).Notes);

    [Theory]
    [InlineData("a red ball, beautiful, cinematic, 4k, highly detailed, please")]
    [InlineData("Please make a short film of a red ball, drone shot, shallow depth of field")]
    [InlineData("I would like to see a red ball")]
    public void Expand_FillerWords_AreSilent(string prompt)
    {
        PocketShot shot = Assert.Single(Expand(prompt));

        Assert.Equal(RedBall, shot.Caption);
        Assert.Empty(shot.Notes);
    }

    [Fact]
    public void Expand_ClauseWithNothingNew_LengthensTheShotBefore()
    {
        IReadOnlyList<PocketShot> shots = Expand("A red ball rolls. The ball keeps rolling. How beautiful! Then snow falls.");

        Assert.Equal([2, PocketPromptExpander.TransitionShare, 1], shots.Select(shot => shot.Share));
        Assert.Equal(RedBall with { Weather = "snow" }, shots[^1].Caption);
    }

    [Fact]
    public void Expand_SentencesThatOnlyDescribe_AreOneShot()
    {
        PocketShot shot = Assert.Single(Expand("A beach at dusk. A purple ball rolls along. A blue cube stands nearby. It is foggy. The camera pans."));

        Assert.Equal(
            RedBall with { Colour = "purple", Place = "beach", Time = "sunset", Weather = "fog", Camera = "pans", SecondSubject = "cube", SecondColour = "blue" },
            shot.Caption);
    }

    [Fact]
    public void Expand_NewSubject_TakesItsOwnColourAndAction()
    {
        IReadOnlyList<PocketShot> shots = Expand("a green ball bounces at night; then a bird appears; then it turns red");

        Assert.Equal(["green ball bounces", "white bird flies", "red bird flies"], shots.Select(shot => $"{shot.Caption.Colour} {shot.Caption.Subject} {shot.Caption.Action}"));
        Assert.All(shots, shot => Assert.Equal("night", shot.Caption.Time));
    }

    [Fact]
    public void Expand_ThingThatIsPassed_IsTheSecondSubjectUntilItActs()
    {
        IReadOnlyList<PocketShot> shots = Expand("a blue robot slides, then it passes a green cube, then the cube jumps");

        Assert.Equal(["robot", "robot", "cube"], shots.Select(shot => shot.Caption.Subject));
        Assert.Equal([null, "cube", null], shots.Select(shot => shot.Caption.SecondSubject));
        Assert.Equal(["blue", "blue", "green"], shots.Select(shot => shot.Caption.Colour));
    }

    [Theory]
    [InlineData("then")]
    [InlineData("...")]
    [InlineData("日本")]
    [InlineData("1234 %&/ {}[] <b>")]
    [InlineData("' - -- '' ~ ~a 's")]
    public void Expand_NothingUnderstood_StillMakesAShot(string prompt)
    {
        PocketShot shot = Assert.Single(Expand(prompt));

        Assert.Equal(RedBall, shot.Caption);
        Assert.NotEmpty(shot.Notes);
    }

    [Fact]
    public void Expand_AnyPrompt_GivesCaptionsOfTheVocabulary()
    {
        string[] words =
        [
            "then", "a", "the", "and", "of", "with", "no", "like", "as", "is", "that", "it", "one", "two", "'s", "red", "blue", "orange", "small", "ball", "cat", "boat",
            "pillar", "behind", "past", "tree", "rain", "at night", "in the snow", "night falls", "turns round", "camera follows", "kangaroo", ",", ".", "jumps", "bouncing",
            "floats", "stops", "walks", "sea", "white", "stops raining", "day breaks", "snow begins", "ornage", "coat",
        ];
        var random = new Random(5);
        for (int i = 0; i < 3000; i++)
        {
            string prompt = string.Join(' ', Enumerable.Range(0, random.Next(1, 16)).Select(_ => words[random.Next(words.Length)]));
            foreach (PocketShot shot in Expand(prompt))
            {
                Assert.True(shot.Share > 0);
                Assert.All(
                    PocketVocabulary.Attributes,
                    attribute => Assert.True(
                        shot.Caption[attribute] is { } value
                            ? PocketVocabulary.Of(attribute).Contains(value)
                            : attribute is PocketAttribute.Occluder or PocketAttribute.SecondSubject or PocketAttribute.SecondColour or PocketAttribute.Event,
                        $"{prompt}: {attribute} is '{shot.Caption[attribute]}'"));
                Assert.Equal(shot.Caption.SecondSubject is null, shot.Caption.SecondColour is null);
            }
        }
    }

    private static IReadOnlyList<PocketShot> Expand(string prompt) => PocketPromptExpander.Shots("pocket", prompt);
}
