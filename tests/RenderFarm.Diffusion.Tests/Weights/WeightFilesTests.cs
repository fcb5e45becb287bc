using System.Text.Json;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Diffusion.Weights;
using RenderFarm.Errors;
using TorchSharp;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tests.Weights;

public sealed class WeightFilesTests : IDisposable
{
    private const string Stem = "model";
    private const string First = "model-00001-of-00002.safetensors";
    private const string Second = "model-00002-of-00002.safetensors";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    [Fact]
    public void Open_WholeFile_ReadsItsTensors()
    {
        WriteShard("model.safetensors", ("a", ones(2, 3)), ("b", arange(4)));

        using var weights = WeightFiles.Open(_folder.FullName, Stem);

        Assert.Equal(["a", "b"], weights.Names.Order());
        Assert.Equal(["model.safetensors"], weights.Files);
        using Tensor read = weights.Read("b", [4], CPU, ScalarType.Float32);
        Assert.Equal([0f, 1f, 2f, 3f], read.data<float>().ToArray());
    }

    [Fact]
    public void Open_Shards_ReadsTensorsOfBoth()
    {
        WriteTwoShards();

        using var weights = WeightFiles.Open(_folder.FullName, Stem);

        Assert.Equal([First, Second], weights.Files.Order());
        Assert.Equal([2L, 3L], weights.Shape("a"));
        Assert.Equal(ScalarType.Float16, weights.Type("c"));
        using Tensor a = weights.Read("a", [2, 3], CPU, ScalarType.Float32);
        using Tensor c = weights.Read("c", [2], CPU, ScalarType.Float32);
        Assert.Equal((6f, ScalarType.Float32, 10f), (a.sum().item<float>(), c.dtype, c.sum().item<float>()));
    }

    [Fact]
    public void Open_ShardIsMissing_NamesIt()
    {
        WriteTwoShards();
        File.Delete(PathOf(Second));

        AssertInvalid(Open, Second, _folder.FullName);
    }

    [Theory]
    [InlineData("../model-00001-of-00002.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("")]
    public void Open_ShardOutsideTheFolder_IsRefused(string shard)
    {
        WriteTwoShards();
        WriteIndex(("a", First), ("c", shard));

        AssertInvalid(Open, $"'{shard}'");
    }

    [Fact]
    public void Open_IndexNamesATensorInTheWrongShard_NamesBoth()
    {
        WriteTwoShards();
        WriteIndex(("a", Second), ("b", First), ("c", Second));

        AssertInvalid(Open, "'a'", Second);
    }

    [Fact]
    public void Open_IndexNamesATensorThatIsNowhere_NamesIt()
    {
        WriteTwoShards();
        WriteIndex(("a", First), ("b", First), ("c", Second), ("d", Second));

        AssertInvalid(Open, "'d'", Second);
    }

    [Fact]
    public void Open_TensorIsInTwoShards_NamesIt()
    {
        WriteTwoShards();
        WriteShard(Second, ("a", ones(2, 3)), ("c", ones(2)));

        AssertInvalid(Open, "'a'", "another shard");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"weight_map\": []}")]
    [InlineData("{\"weight_map\": {\"a\": 1}}")]
    [InlineData("{\"weight_map\": {\"a\": null}}")]
    public void Open_IndexIsNone_NamesIt(string json)
    {
        WriteTwoShards();
        File.WriteAllText(PathOf("model.safetensors.index.json"), json);

        AssertInvalid(Open, "model.safetensors.index.json");
    }

    [Fact]
    public void Open_ShardIsTruncated_NamesIt()
    {
        WriteTwoShards();
        using (FileStream shard = File.OpenWrite(PathOf(Second)))
        {
            shard.SetLength(shard.Length - 1);
        }

        AssertInvalid(Open, Second, "truncated");
    }

    [Fact]
    public void Open_NoWeights_NamesTheFolder() => AssertInvalid(Open, _folder.FullName, "model.safetensors.index.json");

    [Fact]
    public void Read_AnotherShape_NamesTensorAndBothShapes()
    {
        WriteTwoShards();
        using var weights = WeightFiles.Open(_folder.FullName, Stem);

        AssertInvalid(() => weights.Read("a", [3, 2], CPU, ScalarType.Float32), "'a'", "[2, 3]", "[3, 2]");
        AssertInvalid(() => weights.Read("a", [3, 2], META, ScalarType.Float32), "'a'", "[2, 3]", "[3, 2]");
        AssertInvalid(() => weights.Read("d", [1], CPU, ScalarType.Float32), "'d'");
    }

    [Fact]
    public void Read_OnTheMetaDevice_ChecksWithoutReading()
    {
        WriteTwoShards();
        using var weights = WeightFiles.Open(_folder.FullName, Stem);

        using Tensor a = weights.Read("a", [2, 3], META, ScalarType.BFloat16);

        Assert.Equal((DeviceType.META, ScalarType.BFloat16), (a.device_type, a.dtype));
    }

    [Fact]
    public void FilesOf_ComponentsOfEachKind_NamesTheirFilesThereOrNot()
    {
        Assert.Empty(WeightFiles.FilesOf(_folder.FullName, Stem));
        WriteShard("model.safetensors", ("a", ones(1)));
        Assert.Equal(["model.safetensors"], WeightFiles.FilesOf(_folder.FullName, Stem));
        WriteIndex(("a", Second), ("b", First), ("c", Second));
        Assert.Equal([First, Second], WeightFiles.FilesOf(_folder.FullName, Stem));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static void AssertInvalid(Action act, params string[] named)
    {
        RenderFarmException exception = Assert.Throws<RenderFarmException>(act);
        Assert.Equal(ErrorCodes.InvalidModel, exception.Code);
        Assert.All(named, part => Assert.Contains(part, exception.Message, StringComparison.Ordinal));
    }

    private void Open() => WeightFiles.Open(_folder.FullName, Stem).Dispose();

    private void WriteTwoShards()
    {
        WriteShard(First, ("a", ones(2, 3)), ("b", arange(4)));
        WriteShard(Second, ("c", full([2], 5, ScalarType.Float16)));
        WriteIndex(("a", First), ("b", First), ("c", Second));
    }

    private void WriteShard(string file, params (string Name, Tensor Tensor)[] tensors)
    {
        SafetensorsWriter.Write(PathOf(file), tensors.ToDictionary(entry => entry.Name, entry => entry.Tensor));
        foreach ((_, Tensor tensor) in tensors)
        {
            tensor.Dispose();
        }
    }

    private void WriteIndex(params (string Tensor, string Shard)[] entries) => File.WriteAllText(
        PathOf("model.safetensors.index.json"),
        JsonSerializer.Serialize(new { metadata = new { total_size = 1 }, weight_map = entries.ToDictionary(entry => entry.Tensor, entry => entry.Shard) }));

    private string PathOf(string file) => Path.Combine(_folder.FullName, file);
}
