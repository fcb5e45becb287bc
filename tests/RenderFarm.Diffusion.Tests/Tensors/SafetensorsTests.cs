using System.Buffers.Binary;
using System.Text;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Errors;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tests.Tensors;

public sealed class SafetensorsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    [Fact]
    public void Write_EveryType_ReadsBackTheSame()
    {
        using IDisposable scope = NewDisposeScope();
        ScalarType[] types = [ScalarType.Float64, ScalarType.Float32, ScalarType.Float16, ScalarType.BFloat16, ScalarType.Int64, ScalarType.Int32, ScalarType.Int16, ScalarType.Int8, ScalarType.Byte, ScalarType.Bool];
        Dictionary<string, Tensor> tensors = types.ToDictionary(type => $"t.{type}", type => arange(24).view(2, 3, 4).to(type));
        tensors["empty"] = empty(0, 3);
        tensors["scalar"] = tensor(2.5f);
        tensors["strided"] = arange(12, float32).view(3, 4).transpose(0, 1);
        string path = Path.Combine(_folder.FullName, "all.safetensors");
        SafetensorsWriter.Write(path, tensors, new Dictionary<string, string> { ["model"] = "pöcket \"x\"" });
        Assert.Equal(SafetensorsWriter.ToBytes(tensors, new Dictionary<string, string> { ["model"] = "pöcket \"x\"" }), File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(_folder.FullName));

        using var file = SafetensorsFile.Open(path);
        Assert.Equal(tensors.Keys.Order(), file.Names.Order());
        Assert.Equal("pöcket \"x\"", file.Metadata["model"]);
        IReadOnlyDictionary<string, Tensor> inMemory = SafetensorsFile.ReadAll(File.ReadAllBytes(path));
        Assert.Equal("pöcket \"x\"", SafetensorsFile.ReadMetadata(File.ReadAllBytes(path))["model"]);
        foreach ((string name, Tensor expected) in tensors)
        {
            foreach (Tensor actual in new[] { file.Read(name), inMemory[name] })
            {
                Assert.Equal(expected.dtype, actual.dtype);
                Assert.Equal(expected.shape, actual.shape);
                Assert.True(expected.eq(actual).all().item<bool>(), name);
            }
        }
    }

    [Fact]
    public void Read_NoSuchTensor_IsNamed()
    {
        string path = Path.Combine(_folder.FullName, "one.safetensors");
        File.WriteAllBytes(path, One());
        using var file = SafetensorsFile.Open(path);
        RenderFarmException exception = Assert.Throws<RenderFarmException>(() => file.Read("b"));
        Assert.Equal(ErrorCodes.InvalidModel, exception.Code);
        Assert.Contains("'b'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_TruncatedAnywhere_IsInvalidAndNamesTheFile()
    {
        byte[] whole = One();
        string path = Path.Combine(_folder.FullName, "cut.safetensors");
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            AssertInvalid(path);
        }
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{\"a\":1}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}")]
    [InlineData("{\"a\":{\"dtype\":\"F9\",\"shape\":[2],\"data_offsets\":[0,8]}}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1,-2],\"data_offsets\":[0,8]}}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,8]}}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807,9223372036854775807,9223372036854775807],\"data_offsets\":[0,8]}}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,8]}}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}")]
    [InlineData("{\"__metadata__\":{\"a\":1},\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}")]
    public void Open_HeaderThatDoesNotHold_IsInvalid(string header)
    {
        string path = Path.Combine(_folder.FullName, "bad.safetensors");
        File.WriteAllBytes(path, Raw(header, new byte[8]));
        AssertInvalid(path);
        Assert.Equal(ErrorCodes.CorruptArtifact, Assert.Throws<RenderFarmException>(() => SafetensorsFile.ReadAll(Raw(header, new byte[8]))).Code);
    }

    [Fact]
    public void Open_NoFile_IsInvalid() => AssertInvalid(Path.Combine(_folder.FullName, "none.safetensors"));

    [Fact]
    public void Open_HugeHeaderLength_IsInvalid()
    {
        string path = Path.Combine(_folder.FullName, "huge.safetensors");
        File.WriteAllBytes(path, Enumerable.Repeat((byte)255, 64).ToArray());
        AssertInvalid(path);
    }

    [Fact]
    public void Write_FolderThatIsNot_SaysSoAndLeavesNothing()
    {
        using Tensor one = ones(2);
        string path = Path.Combine(_folder.FullName, "none", "x.safetensors");
        RenderFarmException exception = Assert.Throws<RenderFarmException>(
            () => SafetensorsWriter.Write(path, new Dictionary<string, Tensor> { ["a"] = one }));
        Assert.Equal(ErrorCodes.StorageFailed, exception.Code);
        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.GetFileSystemInfos());
    }

    [Fact]
    public void TensorBytes_RoundTrip_IsTheSameAndAWrongLengthIsRefused()
    {
        using Tensor values = arange(24, float32).view(2, 3, 4);
        using Tensor part = values.narrow(1, 1, 2);
        byte[] bytes = TensorBytes.FromTensor(part);
        using Tensor back = TensorBytes.ToTensor(bytes, 2, 2, 4);
        Assert.True(back.equal(part).all().item<bool>());
        Assert.Equal(ErrorCodes.CorruptArtifact, Assert.Throws<RenderFarmException>(() => TensorBytes.ToTensor(bytes, 2, 2, 5)).Code);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static void AssertInvalid(string path)
    {
        RenderFarmException exception = Assert.Throws<RenderFarmException>(() => SafetensorsFile.Open(path));
        Assert.Equal(ErrorCodes.InvalidModel, exception.Code);
        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
    }

    private static byte[] One()
    {
        using Tensor values = ones(2);
        return SafetensorsWriter.ToBytes(new Dictionary<string, Tensor> { ["a"] = values });
    }

    private static byte[] Raw(string header, byte[] data)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        return [.. length, .. text, .. data];
    }

    [Fact]
    public void ReadInto_AnotherType_ConvertsEveryPartOfALargeTensor()
    {
        using IDisposable scope = NewDisposeScope();
        string path = Path.Combine(Directory.CreateTempSubdirectory("renderfarm-safetensors-").FullName, "large.safetensors");
        Tensor large = arange(2_500_000, dtype: ScalarType.Float32).view(50, 50_000) / 7;
        SafetensorsWriter.Write(path, new Dictionary<string, Tensor> { ["large"] = large, ["behind"] = ones(3) });
        using (SafetensorsFile file = SafetensorsFile.Open(path))
        {
            Tensor target = empty([50, 50_000], ScalarType.BFloat16);
            file.ReadInto("large", target);
            Assert.True(target.equal(large.to_type(ScalarType.BFloat16)).all().item<bool>());

            // Its pages were given back, and are read again.
            Assert.True(file.Read("large").equal(large).all().item<bool>());
            Assert.True(file.Read("behind").equal(ones(3)).all().item<bool>());
        }

        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }
}
