using RenderFarm.Rendering.PromptExpansion.Pocket;

namespace RenderFarm.Rendering.Tests.PromptExpansion;

public sealed class PocketInflectionTests
{
    private readonly PocketInflection _inflection = new(new Dictionary<string, string[]> { ["mouse"] = ["mice"], ["fly"] = ["flies", "flew", "flown", "flying"] });

    [Theory]
    [InlineData("roll", "rolls rolled rolling")]
    [InlineData("slide", "slides slided sliding")]
    [InlineData("hop", "hops hopped hopping")]
    [InlineData("hurry", "hurries hurried hurrying")]
    [InlineData("pass", "passes passed passing")]
    [InlineData("fly", "flies flew flown flying")]
    public void OfVerb_Verb_HasItsForms(string verb, string others) => Assert.Equal($"{verb} {others}", string.Join(' ', _inflection.OfVerb(verb)));

    [Theory]
    [InlineData("cat", "cats")]
    [InlineData("city", "cities")]
    [InlineData("box", "boxes")]
    [InlineData("mouse", "mice")]
    public void OfNoun_Noun_HasItsPlural(string noun, string plural) => Assert.Equal([noun, plural], _inflection.OfNoun(noun));
}
