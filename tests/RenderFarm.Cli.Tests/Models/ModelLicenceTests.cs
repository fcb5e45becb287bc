using RenderFarm.Cli.Registration;

namespace RenderFarm.Cli.Tests.Models;

public sealed class ModelLicenceTests : IDisposable
{
    private const string Apache = "                                 Apache License\n                           Version 2.0, January 2004\n";
    private const string Terms = "You may look but not touch.";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    [Theory]
    [InlineData(null, null, "unknown", false)]
    [InlineData("# No matter", null, "unknown", false)]
    [InlineData("license: mit\n# Not in front matter", null, "unknown", false)]
    [InlineData("---\nlicense: apache-2.0\n---\n", null, "Apache-2.0", true)]
    [InlineData("---\r\nlanguage: en\r\nlicense: \"MIT\"\r\n---\r\n", null, "MIT", true)]
    [InlineData("---\nlicense: other\nlicense_name: studio-terms\n---\n", null, "studio-terms", false)]
    [InlineData("---\nlicense: other\n---\n", null, "other", false)]
    [InlineData("---\nlicense: cc-by-nc-4.0\n---\n", null, "cc-by-nc-4.0", false)]
    [InlineData("---\nlicense:\n---\n", null, "unknown", false)]
    [InlineData(null, Apache, "Apache-2.0", true)]
    [InlineData(null, Terms, "unknown", false)]
    [InlineData("---\nlicense: apache-2.0\n---\n", Terms, "Apache-2.0", false)]
    [InlineData("---\nlicense: cc-by-nc-4.0\n---\n", Apache, "cc-by-nc-4.0", false)]
    public void Read_WhatAFolderSays_IsOpenOnlyWhenAllOfItIs(string? readme, string? text, string name, bool isOpen)
    {
        Write("README.md", readme);
        Write("LICENSE", text);

        var licence = ModelLicence.Read(_folder.FullName, model: null);

        Assert.Equal((name, isOpen, text ?? ""), (licence.Name, licence.IsOpen, licence.Text));
    }

    [Fact]
    public void Read_TextThatWouldSteerATerminal_LosesItsControls()
    {
        Write("LICENSE.txt", "all\e]0;yours\a mine\n");

        Assert.Equal("all]0;yours mine\n", ModelLicence.Read(_folder.FullName, model: null).Text);
    }

    [Theory]
    [InlineData("LICENSE", true)]
    [InlineData("Licence.md", true)]
    [InlineData("README.md", true)]
    [InlineData("LICENSE.safetensors", false)]
    [InlineData("readme.txt", false)]
    public void IsSource_Name_IsALicenceOrAReadme(string name, bool isSource) => Assert.Equal(isSource, ModelLicence.IsSource(name));

    public void Dispose() => _folder.Delete(recursive: true);

    private void Write(string name, string? text)
    {
        if (text is not null)
        {
            File.WriteAllText(Path.Combine(_folder.FullName, name), text);
        }
    }
}
