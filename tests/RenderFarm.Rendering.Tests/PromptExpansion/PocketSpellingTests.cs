using RenderFarm.Rendering.PromptExpansion.Pocket;

namespace RenderFarm.Rendering.Tests.PromptExpansion;

public sealed class PocketSpellingTests
{
    [Theory]
    [InlineData("ornage", "orange", true)]
    [InlineData("oragne", "orange", true)]
    [InlineData("orage", "orange", true)]
    [InlineData("oranges", "orange", true)]
    [InlineData("orbnge", "orange", true)]
    [InlineData("rongae", "orange", false)]
    [InlineData("orange", "orange", false)]
    [InlineData("orangery", "orange", false)]
    public void IsOneSlip_TwoWords_CountsOneEditOrSwap(string written, string meant, bool expected)
    {
        Assert.Equal(expected, PocketSpelling.IsOneSlip(written, meant));
        Assert.Equal(expected, PocketSpelling.IsOneSlip(meant, written));
    }

    [Theory]
    [InlineData("balloom", "balloon")]
    [InlineData("vilage", "village")]
    [InlineData("rbown", "brown")]
    [InlineData("peace", null)]
    [InlineData("bleu", null)]
    public void Correct_UnknownWord_FindsTheOneThatWasMeant(string word, string? meant) => Assert.Equal(meant, PocketLexicon.Default.Correct(word));
}
