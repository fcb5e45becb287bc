using RenderFarm.Diffusion.Models;
using RenderFarm.Diffusion.Models.Registry;
using RenderFarm.Diffusion.Tests.Models.Wan;
using RenderFarm.Errors;
using RenderFarm.Models;

namespace RenderFarm.Diffusion.Tests.Models;

public sealed class ModelCatalogueTests : IDisposable
{
    /// <summary>SHA-256 of the three bytes "abc" (FIPS 180-2, appendix B.1).</summary>
    private const string Abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

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
        Write(TestModels.Small() with
        {
            Files = new Dictionary<string, string> { ["w.safetensors"] = Abc },
        });
        AssertInvalid("w.safetensors", catalogue => catalogue.VerifyFiles("small", Token));
        string path = Path.Combine(_root.FullName, "small", "w.safetensors");
        File.WriteAllText(path, "abc");
        new ModelCatalogue(_root.FullName).VerifyFiles("small", Token);
        File.WriteAllText(path, "ab");
        AssertInvalid("w.safetensors", catalogue => catalogue.VerifyFiles("small", Token));
    }

    [Fact]
    public void VerifyFiles_OutsideTheFolder_IsRefused()
    {
        Write(TestModels.Small() with { Files = new Dictionary<string, string> { ["../w"] = "" } });
        AssertInvalid("'../w'", catalogue => catalogue.VerifyFiles("small", Token));
    }

    [Fact]
    public void Find_RegisteredModel_IsFoundBesideTheRoots()
    {
        Write(TestModels.Small());
        Register(TestModels.Small() with { Name = "far" }, folder: "/studio/far");
        ModelCatalogue catalogue = UserCatalogue();

        Assert.Equal(["small", "far"], catalogue.Names());
        Assert.Equal("far", catalogue.Find("far").Name);
        Assert.Equal(("/studio/far", ModelOrigin.Imported), (catalogue.Folder("far"), catalogue.Locate("far").Origin));
        Assert.Equal(ModelOrigin.Bundled, catalogue.Locate("small").Origin);
        RenderFarmException exception = Assert.Throws<RenderFarmException>(() => catalogue.Find("near"));
        Assert.Contains("there is small, far", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_NameOfBoth_IsTheRoots()
    {
        Write(TestModels.Small());
        Register(TestModels.Small() with { Steps = 7 }, folder: "/studio/small");

        Assert.Equal(TestModels.Small().Steps, UserCatalogue().Find("small").Steps);
        Assert.Equal(["small"], UserCatalogue().Names());
    }

    [Fact]
    public void VerifyFiles_RegisteredModel_LooksWhereItsFilesLie()
    {
        string folder = _root.CreateSubdirectory("elsewhere").FullName;
        Register(TestModels.Small() with { Files = new Dictionary<string, string> { ["vae/w.safetensors"] = Abc } }, folder);
        AssertInvalid(Path.Combine(folder, "vae/w.safetensors"), _ => UserCatalogue().VerifyFiles("small", Token));
        Directory.CreateDirectory(Path.Combine(folder, "vae"));
        File.WriteAllText(Path.Combine(folder, "vae", "w.safetensors"), "abc");

        UserCatalogue().VerifyFiles("small", Token);
        Assert.Equal(new FileCheck("vae/w.safetensors", null), Assert.Single(UserCatalogue().CheckFiles("small", isAfresh: true, Token)));
    }

    [Fact]
    public void Find_FolderByPath_IsNamedByIt()
    {
        Write(TestModels.Small());
        string folder = Path.Combine(_root.FullName, "small");

        ModelDescriptor model = UserCatalogue().Find(folder);

        Assert.Equal((folder, "test"), (model.Name, model.Family));
        Assert.Equal((folder, ModelOrigin.Folder), (UserCatalogue().Folder(folder), UserCatalogue().Locate(folder).Origin));
    }

    [Fact]
    public void Find_PipelineByPath_HashesItsFiles()
    {
        using TinyPipeline pipeline = new("pipeline_t2v");

        ModelDescriptor model = UserCatalogue().Find(pipeline.Folder);

        Assert.Equal((pipeline.Folder, "wan"), (model.Name, model.Family));
        Assert.Equal(PipelineFiles.Of(pipeline.Folder), model.Files.Keys);
        Assert.Contains("transformer/diffusion_pytorch_model.safetensors", model.Files.Keys);
        Assert.Empty(UserCatalogue().Locate(pipeline.Folder).Descriptor.Files);
        UserCatalogue().VerifyFiles(pipeline.Folder, Token);
        File.AppendAllText(Path.Combine(pipeline.Folder, "vae", "config.json"), " ");
        Assert.NotEqual(model.Files["vae/config.json"], UserCatalogue().Find(pipeline.Folder).Files["vae/config.json"]);
    }

    [Fact]
    public void Find_PathOfNoModel_SaysWhy()
    {
        AssertInvalid("it has neither model.json nor model_index.json", _ => UserCatalogue().Find(_root.FullName));
        Assert.Equal(
            ErrorCodes.UnknownModel, Assert.Throws<RenderFarmException>(() => UserCatalogue().Find(Path.Combine(_root.FullName, "none"))).Code);
    }

    [Fact]
    public void Find_PathWithoutAHome_IsUnknown()
    {
        Write(TestModels.Small());
        string folder = Path.Combine(_root.FullName, "small");

        Assert.Equal(ErrorCodes.UnknownModel, Assert.Throws<RenderFarmException>(() => new ModelCatalogue(_root.FullName).Find(folder)).Code);
    }

    [Fact]
    public void Names_RegistryAsRoot_IsTheRegistry()
    {
        Register(TestModels.Small(), folder: "/studio/small");

        Assert.Equal(ModelOrigin.Imported, new ModelCatalogue(Path.Combine(Home, "models"), Home).Locate("small").Origin);
    }

    [Fact]
    public void Resolve_Words_AreANameOrAFolder()
    {
        Write(TestModels.Small());
        ModelCatalogue catalogue = UserCatalogue();

        Assert.Equal("small", catalogue.Resolve("small"));
        Assert.Equal("giant", catalogue.Resolve("giant"));
        Assert.Equal("", catalogue.Resolve(""));
        Assert.Equal(Path.GetFullPath("models/wan"), catalogue.Resolve("models/wan/"));
        Assert.Equal(Path.GetFullPath("golden"), catalogue.Resolve(Path.GetFullPath("golden")));
        Assert.Equal(Path.GetDirectoryName(Path.GetFullPath("a")), catalogue.Resolve("."));
    }

    public void Dispose() => _root.Delete(recursive: true);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Home => Path.Combine(_root.FullName, "home");

    private ModelCatalogue UserCatalogue() => new(_root.FullName, Home);

    private void Register(ModelDescriptor model, string folder) =>
        new ModelRegistry(Home).Add(model, new ModelRegistration { Folder = folder, RegisteredAt = DateTimeOffset.UnixEpoch });

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
