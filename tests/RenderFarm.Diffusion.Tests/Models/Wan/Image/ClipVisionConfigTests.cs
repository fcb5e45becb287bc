using System.Text.Json.Nodes;
using RenderFarm.Diffusion.Models.Wan.Image;
using RenderFarm.Errors;

namespace RenderFarm.Diffusion.Tests.Models.Wan.Image;

public sealed class ClipVisionConfigTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Read_OfAPublishedConfig_GivesItsSizes()
    {
        ClipVisionConfig config = Read(_ => { });
        Assert.Equal(new ClipVisionConfig(1280, 5120, 32, 16, 224, 14, QuickGelu: false, 1e-5), config);
        Assert.Equal(257, config.Tokens);
        Assert.True(Read(json => json["hidden_act"] = "quick_gelu").QuickGelu);
        Assert.True(Read(json => json.Remove("hidden_act")).QuickGelu);
    }

    [Theory]
    [InlineData("hidden_size", "0")]
    [InlineData("num_attention_heads", "7")]
    [InlineData("image_size", "225")]
    [InlineData("hidden_act", "\"relu\"")]
    [InlineData("num_channels", "1")]
    [InlineData("model_type", "\"siglip_vision_model\"")]
    [InlineData("layer_norm_eps", "0")]
    public void Read_OfABadValue_NamesFileFieldAndWhatIsAllowed(string field, string value)
    {
        RenderFarmException refused = Assert.Throws<RenderFarmException>(() => Read(config => config[field] = JsonNode.Parse(value)));
        Assert.Equal(ErrorCodes.InvalidModel, refused.Code);
        Assert.Contains($"{_path}: {field} is {value}", refused.Message, StringComparison.Ordinal);
        Assert.Contains("allowed", refused.Message, StringComparison.Ordinal);
    }

    private ClipVisionConfig Read(Action<JsonObject> change)
    {
        JsonObject config = JsonNode.Parse(
            """
            {"architectures": ["CLIPVisionModelWithProjection"], "model_type": "clip_vision_model", "hidden_size": 1280, "intermediate_size": 5120,
             "num_hidden_layers": 32, "num_attention_heads": 16, "num_channels": 3, "image_size": 224, "patch_size": 14, "hidden_act": "gelu",
             "layer_norm_eps": 1e-05, "projection_dim": 1024}
            """)!.AsObject();
        change(config);
        File.WriteAllText(_path, config.ToJsonString());
        return ClipVisionConfig.Read(_path);
    }
}
