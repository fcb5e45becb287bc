using RenderFarm.Diffusion.Models.Registry;

namespace RenderFarm.Diffusion.Tests.Models.Registry;

public sealed class ModelNameTests
{
    [Theory]
    [InlineData("pocket", true)]
    [InlineData("wan2.1-t2v_1.3b", true)]
    [InlineData("0", true)]
    [InlineData("", false)]
    [InlineData("Wan", false)]
    [InlineData(".wan", false)]
    [InlineData("..", false)]
    [InlineData("a/b", false)]
    [InlineData("a\\b", false)]
    [InlineData("wan\n", false)]
    [InlineData("wän", false)]
    public void IsValid_Name_IsAFolderEverywhere(string name, bool isValid) => Assert.Equal(isValid, ModelName.IsValid(name));

    [Fact]
    public void IsValid_SixtyFourCharacters_AreTheMost()
    {
        Assert.True(ModelName.IsValid(new string('a', 64)));
        Assert.False(ModelName.IsValid(new string('a', 65)));
    }

    [Theory]
    [InlineData("Wan2.1-T2V-1.3B-Diffusers", "wan2.1-t2v-1.3b-diffusers")]
    [InlineData("My Model (final)", "my-model-final")]
    [InlineData("..hidden", "hidden")]
    [InlineData("日本", null)]
    [InlineData("", null)]
    public void Near_AnyText_IsANameOrNothing(string text, string? name) => Assert.Equal(name, ModelName.Near(text));

    [Fact]
    public void Near_LongText_IsCut() => Assert.Equal(new string('a', 63), ModelName.Near(new string('a', 63) + "-b"));
}
