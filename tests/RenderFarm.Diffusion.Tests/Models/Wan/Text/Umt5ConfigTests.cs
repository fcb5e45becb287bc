using System.Text.Json.Nodes;
using RenderFarm.Diffusion.Models.Wan.Text;
using RenderFarm.Errors;

namespace RenderFarm.Diffusion.Tests.Models.Wan.Text;

public sealed class Umt5ConfigTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Read_OfAPublishedConfig_GivesItsSizes() =>
        Assert.Equal(new Umt5Config(300, 32, 8, 80, 3, 4, 32, 128, 1e-6), Read(_ => { }));

    [Theory]
    [InlineData("d_model", "0")]
    [InlineData("d_model", "2.5")]
    [InlineData("d_kv", "\"8\"")]
    [InlineData("vocab_size", "99999999999")]
    [InlineData("num_layers", "-1")]
    [InlineData("layer_norm_epsilon", "1")]
    [InlineData("feed_forward_proj", "\"relu\"")]
    [InlineData("model_type", "\"t5\"")]
    [InlineData("relative_attention_num_buckets", "30")]
    [InlineData("relative_attention_max_distance", "8")]
    public void Read_OfABadValue_NamesFileFieldAndWhatIsAllowed(string field, string value)
    {
        RenderFarmException refused = Assert.Throws<RenderFarmException>(() => Read(config => config[field] = JsonNode.Parse(value)));
        Assert.Equal(ErrorCodes.InvalidModel, refused.Code);
        Assert.Contains($"{_path}: {field} is {value}", refused.Message, StringComparison.Ordinal);
        Assert.Contains("allowed", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfAMissingField_NamesIt() =>
        Assert.Contains($"{_path}: d_ff is missing", Assert.Throws<RenderFarmException>(() => Read(config => config.Remove("d_ff"))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("[1]")]
    [InlineData("{\"d_model\": ")]
    public void Read_OfNoObject_NamesTheFile(string text)
    {
        File.WriteAllText(_path, text);
        RenderFarmException refused = Assert.Throws<RenderFarmException>(() => Umt5Config.Read(_path));
        Assert.Equal(ErrorCodes.InvalidModel, refused.Code);
        Assert.StartsWith($"{_path} is not a configuration", refused.Message, StringComparison.Ordinal);
    }

    private Umt5Config Read(Action<JsonObject> change)
    {
        JsonObject config = JsonNode.Parse(
            """
            {"model_type": "umt5", "vocab_size": 300, "d_model": 32, "d_kv": 8, "d_ff": 80, "num_layers": 3, "num_heads": 4,
             "relative_attention_num_buckets": 32, "relative_attention_max_distance": 128, "layer_norm_epsilon": 1e-6,
             "feed_forward_proj": "gated-gelu", "dense_act_fn": "gelu_new"}
            """)!.AsObject();
        change(config);
        File.WriteAllText(_path, config.ToJsonString());
        return Umt5Config.Read(_path);
    }
}
