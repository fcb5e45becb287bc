using RenderFarm.Rendering.PromptExpansion;

namespace RenderFarm.Rendering.Tests.PromptExpansion;

public sealed class ShotSplitterTests
{
    [Fact]
    public void Split_SentencesAndLaterClauses_AreToldApart() => Assert.Equal(
        [new ShotWords("A ball rolls", false), new ShotWords("It is 3.5 m wide", false), new ShotWords("it stops next to a tree", true), new ShotWords("rain falls", true)],
        ShotSplitter.Split("A ball rolls. It is 3.5 m wide, and then it stops next to a tree until rain falls!"));

    [Fact]
    public void Split_OnlyBorders_GivesThemBack() => Assert.Equal([new ShotWords("then", false)], ShotSplitter.Split(" then "));
}
