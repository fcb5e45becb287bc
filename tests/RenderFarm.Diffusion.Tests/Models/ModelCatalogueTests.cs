using RenderFarm.Diffusion.Models;
using RenderFarm.Errors;
using RenderFarm.Models;

namespace RenderFarm.Diffusion.Tests.Models;

public sealed class ModelCatalogueTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory();

    [Fact]
    public void Find_WrittenModel_IsReadBack()
    {
        ModelDescriptor model = TestModels.Small();
        Write(model);
        string json = File.ReadAllText(Path.Combine(_root.FullName, "small", "model.json"));
        Assert.Contains("\"96x64\"", json, StringComparison.Ordinal);
        Assert.Contains("\"parallel\"", json, StringComparison.Ordinal);
        ModelDescriptor read = new ModelCatalogue(_root.FullName).Find("small");
        Assert.Equivalent(model, read, strict: true);
        Assert.Single(new ModelCatalogue(_root.FullName).List());
    }

    [Theory]
    [InlineData("giant")]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("./small")]
    [InlineData("SMALL")]
    public void Find_UnknownModel_NamesThoseKnown(string name)
    {
        Write(TestModels.Small());
        RenderFarmException exception = Assert.Throws<RenderFarmException>(() => new ModelCatalogue(_root.FullName).Find(name));
        Assert.Equal(ErrorCodes.UnknownModel, exception.Code);
        Assert.Contains("there is small", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_NoRoot_IsUnknown() => Assert.Equal(
        ErrorCodes.UnknownModel,
        Assert.Throws<RenderFarmException>(() => new ModelCatalogue(Path.Combine(_root.FullName, "none")).Find("small")).Code);

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"name\":\"small\"}")]
    public void Find_BrokenJson_IsInvalid(string json)
    {
        Write(TestModels.Small());
        File.WriteAllText(Path.Combine(_root.FullName, "small", "model.json"), json);
        AssertInvalid("model.json", catalogue => catalogue.Find("small"));
    }

    [Fact]
    public void Find_ValuesThatCannotBe_AreInvalid()
    {
        ModelDescriptor model = TestModels.Small();
        foreach (ModelDescriptor broken in new[]
        {
            model with { Overlap = 5 }, model with { WindowLength = 1 }, model with { Sizes = [] }, model with { Fps = 0 },
            model with { Sizes = [new(97, 64)] }, model with { Sizes = [default] }, model with { Steps = 0 }, model with { Shift = 0 },
        })
        {
            Write(broken);
            AssertInvalid("model.json", catalogue => catalogue.Find("small"));
        }
    }

    [Fact]
    public void VerifyFiles_DamagedOrMissing_NamesTheFile()
    {
        // SHA-256 of the three bytes "abc" (FIPS 180-2, appendix B.1).
        Write(TestModels.Small() with
        {
            Files = new Dictionary<string, string> { ["w.safetensors"] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
        });
        AssertInvalid("w.safetensors", catalogue => catalogue.VerifyFiles("small"));
        string path = Path.Combine(_root.FullName, "small", "w.safetensors");
        File.WriteAllText(path, "abc");
        new ModelCatalogue(_root.FullName).VerifyFiles("small");
        File.WriteAllText(path, "ab");
        AssertInvalid("w.safetensors", catalogue => catalogue.VerifyFiles("small"));
    }

    [Fact]
    public void VerifyFiles_OutsideTheFolder_IsRefused()
    {
        Write(TestModels.Small() with { Files = new Dictionary<string, string> { ["../w"] = "" } });
        AssertInvalid("'../w'", catalogue => catalogue.VerifyFiles("small"));
    }

    public void Dispose() => _root.Delete(recursive: true);

    private void Write(ModelDescriptor model)
    {
        string folder = _root.CreateSubdirectory("small").FullName;
        File.WriteAllText(Path.Combine(folder, ModelFile.Name), ModelFile.ToJson(model));
    }

    private void AssertInvalid(string named, Action<ModelCatalogue> act)
    {
        RenderFarmException exception = Assert.Throws<RenderFarmException>(() => act(new ModelCatalogue(_root.FullName)));
        Assert.Equal(ErrorCodes.InvalidModel, exception.Code);
        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
    }
}
