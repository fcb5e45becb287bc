using RenderFarm.Diffusion.Models.Registry;
using RenderFarm.Errors;
using RenderFarm.Models;

namespace RenderFarm.Diffusion.Tests.Models.Registry;

public sealed class ModelRegistryTests : IDisposable
{
    private static readonly ModelRegistration Imported = new()
    {
        Folder = "/studio/small",
        RegisteredAt = DateTimeOffset.UnixEpoch,
        LicenceAcceptedAt = DateTimeOffset.UnixEpoch.AddDays(1),
    };

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory();

    private ModelRegistry Registry => new(_home.FullName);

    [Fact]
    public void Find_AddedModel_IsReadBack()
    {
        ModelDescriptor model = TestModels.Small();
        Registry.Add(model, Imported);

        RegisteredModel read = Registry.Find("small");

        Assert.Equivalent(model, read.Descriptor, strict: true);
        Assert.Equal((Imported, "/studio/small"), (read.Registration, read.Folder));
        Assert.Equal(["small"], Registry.Names());
        Assert.Empty(Registry.Unfinished());
        Assert.Single(Directory.GetFiles(Registry.FolderOf("small")));
    }

    [Fact]
    public void Find_PulledModel_LiesInItsOwnFolder()
    {
        Registry.Add(TestModels.Small(), Imported with { Folder = null, Source = "studio/small@main" });

        Assert.Equal(Path.Combine(_home.FullName, "models", "small"), Registry.Find("small").Folder);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{\"name\": \"small\"}")]
    [InlineData("null")]
    public void Find_BrokenFile_NamesIt(string json)
    {
        Registry.Add(TestModels.Small(), Imported);
        File.WriteAllText(Path.Combine(Registry.FolderOf("small"), "model.json"), json);

        RenderFarmException exception = Assert.Throws<RenderFarmException>(() => Registry.Find("small"));
        Assert.Equal(ErrorCodes.InvalidModel, exception.Code);
        Assert.Contains("model.json", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_ModelWithoutARegistration_IsInvalid()
    {
        Registry.Add(TestModels.Small(), Imported);
        File.WriteAllText(Path.Combine(Registry.FolderOf("small"), "model.json"), Diffusion.Models.ModelFile.ToJson(TestModels.Small()));

        Assert.Contains("has no registration", Assert.Throws<RenderFarmException>(() => Registry.Find("small")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Remove_Model_LeavesNothingOfIt()
    {
        Registry.Add(TestModels.Small(), Imported);
        File.WriteAllText(Path.Combine(Registry.FolderOf("small"), "weights"), "");

        Registry.Remove("small");

        Assert.Empty(Registry.Names());
        Assert.False(Directory.Exists(Registry.FolderOf("small")));
    }

    [Fact]
    public void Unfinished_FolderWithoutAModel_IsListed()
    {
        Directory.CreateDirectory(Registry.FolderOf("half"));
        Directory.CreateDirectory(Path.Combine(Registry.Root, "No Name"));

        Assert.Equal(["half"], Registry.Unfinished());
        Assert.Empty(Registry.Names());
    }

    [Fact]
    public void Lock_Held_KeepsOthersOut()
    {
        using (Registry.Lock("small"))
        {
            Assert.Equal(ErrorCodes.ModelBusy, Assert.Throws<RenderFarmException>(() => Registry.Lock("small")).Code);
            Registry.Lock("other").Dispose();
        }

        Registry.Lock("small").Dispose();
        Assert.Empty(Registry.Unfinished());
    }

    [Theory]
    [InlineData("../small")]
    [InlineData("/tmp")]
    [InlineData("")]
    public void FolderOf_NoName_IsRefused(string name) =>
        Assert.Equal(ErrorCodes.InvalidSpec, Assert.Throws<RenderFarmException>(() => Registry.FolderOf(name)).Code);

    [Fact]
    public void Add_HomeCannotBeWritten_IsAStorageFault() => Assert.Equal(
        ErrorCodes.StorageFailed, Assert.Throws<RenderFarmException>(() => new ModelRegistry("/proc/home").Add(TestModels.Small(), Imported)).Code);

    public void Dispose() => _home.Delete(recursive: true);
}
