using RenderFarm.Cli.Hub;
using RenderFarm.Errors;

namespace RenderFarm.Cli.Tests.Models;

public sealed class HubAddressTests
{
    [Theory]
    [InlineData("https://hub.test", "https://hub.test/api/models/studio/wan/tree/main?recursive=true", "https://hub.test/studio/wan/resolve/main/vae/a%20b.json")]
    [InlineData("http://hub.test:8080/mirror/", "http://hub.test:8080/mirror/api/models/studio/wan/tree/main?recursive=true", "http://hub.test:8080/mirror/studio/wan/resolve/main/vae/a%20b.json")]
    public void Of_BaseUrl_IsKeptWhole(string root, string list, string file)
    {
        var address = HubAddress.Of(root, "studio/wan", "main");

        Assert.Equal((list, file), (address.List.AbsoluteUri, address.File("vae/a b.json").AbsoluteUri));
    }

    [Fact]
    public void File_SignsOfAUrl_AreEscaped() => Assert.Equal(
        "https://hub.test/wan/resolve/refs%2Fpr%2F1/a%3Fb%23c.json", HubAddress.Of("https://hub.test", "wan", "refs/pr/1").File("a?b#c.json").AbsoluteUri);

    [Theory]
    [InlineData(null, "studio/wan", "main")]
    [InlineData("hub.test", "studio/wan", "main")]
    [InlineData("file:///tmp", "studio/wan", "main")]
    [InlineData("https://user:secret@hub.test", "studio/wan", "main")]
    [InlineData("https://hub.test", "", "main")]
    [InlineData("https://hub.test", "studio/..", "main")]
    [InlineData("https://hub.test", "studio/wan?x", "main")]
    [InlineData("https://hub.test", "/wan", "main")]
    [InlineData("https://hub.test", "studio/wan", "")]
    public void Of_WhatIsNoAddress_IsRefused(string? root, string repository, string revision) =>
        Assert.Equal(ErrorCodes.InvalidSpec, Assert.Throws<RenderFarmException>(() => HubAddress.Of(root, repository, revision)).Code);
}
