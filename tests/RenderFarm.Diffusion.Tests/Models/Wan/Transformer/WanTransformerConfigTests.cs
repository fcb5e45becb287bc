using System.Text.Json.Nodes;
using RenderFarm.Diffusion.Models.Wan.Transformer;
using RenderFarm.Errors;

namespace RenderFarm.Diffusion.Tests.Models.Wan.Transformer;

public sealed class WanTransformerConfigTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Read_OfOnlyWhatAModelMustSay_TakesTheDefaultsOfWan21()
    {
        WanTransformerConfig config = Read([]);
        Assert.Equal(48, config.Width);
        Assert.Equal((1, 2, 2), config.Patch);
        Assert.Equal(256, config.TimeFeatures);
        Assert.Equal(1e-6, config.Epsilon);
        Assert.True(config.CrossNorm);
        Assert.Null(config.ImageWidth);
    }

    [Fact]
    public void Read_OfAKeyThatIsNotKnown_IgnoresIt() => Assert.Equal(Read([]), Read(new JsonObject { ["rope_max_seq_len"] = 7, ["new"] = "x" }));

    [Theory]
    [InlineData("num_layers", "0", "1 to 1024")]
    [InlineData("num_layers", "2.5", "1 to 1024")]
    [InlineData("num_layers", "1e30", "1 to 1024")]
    [InlineData("num_attention_heads", "\"12\"", "1 to 1024")]
    [InlineData("attention_head_dim", "15", "an even number")]
    [InlineData("ffn_dim", "-1", "1 to")]
    [InlineData("in_channels", "[16]", "1 to 4096")]
    [InlineData("out_channels", "true", "1 to 4096")]
    [InlineData("text_dim", "{}", "1 to")]
    [InlineData("freq_dim", "255", "an even number")]
    [InlineData("eps", "0", "1E-12 to 0.1")]
    [InlineData("cross_attn_norm", "1", "true or false")]
    [InlineData("patch_size", "[1,2]", "three numbers")]
    [InlineData("patch_size", "[1,2,0]", "1 to 16")]
    [InlineData("qk_norm", "\"rms_norm\"", "\"rms_norm_across_heads\"")]
    [InlineData("_class_name", "\"WanVACETransformer3DModel\"", "\"WanTransformer3DModel\"")]
    [InlineData("image_dim", "20", "48", "added_kv_proj_dim")]
    [InlineData("added_kv_proj_dim", "48", "null")]
    [InlineData("pos_embed_seq_len", "514", "null")]
    public void Read_OfAValueThatIsNotAllowed_NamesFileFieldValueAndWhatIsAllowed(string field, string value, string allowed, string? blamed = null)
    {
        RenderFarmException exception = Assert.Throws<RenderFarmException>(() => Read(new JsonObject { [field] = JsonNode.Parse(value) }));
        Assert.Equal(ErrorCodes.InvalidModel, exception.Code);
        Assert.StartsWith($"{_path}: {blamed ?? field} is {(blamed is null ? value : "missing")}; allowed: ", exception.Message);
        Assert.Contains(allowed, exception.Message);
    }

    [Theory]
    [InlineData("num_layers")]
    [InlineData("num_attention_heads")]
    [InlineData("attention_head_dim")]
    [InlineData("ffn_dim")]
    [InlineData("in_channels")]
    [InlineData("out_channels")]
    [InlineData("text_dim")]
    public void Read_WithoutAKeyThatAModelMustHave_SaysThatItIsMissing(string field)
    {
        RenderFarmException exception = Assert.Throws<RenderFarmException>(() => Read([], without: field));
        Assert.Contains($"{field} is missing", exception.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    public void Read_OfWhatIsNoConfiguration_NamesTheFile(string text)
    {
        File.WriteAllText(_path, text);
        RenderFarmException exception = Assert.Throws<RenderFarmException>(() => WanTransformerConfig.Read(_path));
        Assert.Equal(ErrorCodes.InvalidModel, exception.Code);
        Assert.Contains(_path, exception.Message);
    }

    private WanTransformerConfig Read(JsonObject changes, string? without = null)
    {
        JsonObject config = new()
        {
            ["num_layers"] = 2,
            ["num_attention_heads"] = 3,
            ["attention_head_dim"] = 16,
            ["ffn_dim"] = 96,
            ["in_channels"] = 16,
            ["out_channels"] = 16,
            ["text_dim"] = 24,
        };
        foreach ((string key, JsonNode? value) in changes)
        {
            config[key] = value?.DeepClone();
        }

        config.Remove(without ?? "");
        File.WriteAllText(_path, config.ToJsonString());
        return WanTransformerConfig.Read(_path);
    }
}
