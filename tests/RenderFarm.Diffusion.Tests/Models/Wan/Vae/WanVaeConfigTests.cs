using System.Text.Json.Nodes;
using RenderFarm.Diffusion.Models.Wan.Vae;
using RenderFarm.Diffusion.Weights;
using RenderFarm.Errors;
using TorchSharp;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tests.Models.Wan.Vae;

/// <summary>Configurations, and the architectures that the published ones describe.</summary>
[Collection(nameof(TensorAccounting))]
public sealed class WanVaeConfigTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("renderfarm-vae-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Read_PublishedWan21_DefaultsWhatItLacks()
    {
        WanVaeConfig config = Read(PublishedVae.Wan21Config);
        Assert.Equal((4, 8, 16), (config.TemporalStride, config.SpatialStride, config.LatentChannels));
        Assert.Equal((96, 96, 1, false), (config.EncoderChannels, config.DecoderChannels, config.Patch, config.Residual));
    }

    [Fact]
    public void Read_PublishedWan22_HasItsStridesAndChannels()
    {
        WanVaeConfig config = Read(PublishedVae.Wan22Config);
        Assert.Equal((4, 16, 48), (config.TemporalStride, config.SpatialStride, config.LatentChannels));
        Assert.Equal((160, 256, 2, true), (config.EncoderChannels, config.DecoderChannels, config.Patch, config.Residual));
    }

    [Theory]
    [InlineData("z_dim", "0", "z_dim is 0; allowed: 1 to 1024")]
    [InlineData("base_dim", "\"wide\"", "base_dim is \"wide\"; allowed: 1 to 4096")]
    [InlineData("base_dim", null, "base_dim is missing")]
    [InlineData("num_res_blocks", "1.5", "num_res_blocks is 1.5; allowed: 1 to 64")]
    [InlineData("dim_mult", "[]", "dim_mult is []; allowed: 1 to 8 numbers")]
    [InlineData("dim_mult", "[1,2,4,7]", "dim_mult is [1,2,4,7]; allowed: such that")]
    [InlineData("temperal_downsample", "[true]", "temperal_downsample is [true]; allowed: one fewer than dim_mult")]
    [InlineData("temperal_downsample", "[0,1,1]", "temperal_downsample is [0,1,1]; allowed: true or false")]
    [InlineData("latents_mean", "[0]", "latents_mean is [0]; allowed: z_dim 48 numbers")]
    [InlineData("latents_std", "7", "latents_std is 7; allowed: a list")]
    [InlineData("attn_scales", "[0.5]", "attn_scales is [0.5]; allowed: empty")]
    [InlineData("is_residual", "1", "is_residual is 1; allowed: true or false")]
    [InlineData("in_channels", "3", "in_channels is 3; allowed: 12")]
    [InlineData("out_channels", null, "out_channels is missing; allowed: 12")]
    [InlineData("scale_factor_temporal", "8", "scale_factor_temporal is 8; allowed: 4")]
    [InlineData("scale_factor_spatial", "8", "scale_factor_spatial is 8; allowed: 16")]
    [InlineData("_class_name", "\"AutoencoderKL\"", "_class_name is \"AutoencoderKL\"; allowed: \"AutoencoderKLWan\"")]
    public void Read_AValueThatIsNotAllowed_NamesFileKeyValueAndWhatIs(string key, string? value, string message)
    {
        JsonObject config = JsonNode.Parse(PublishedVae.Wan22Config)!.AsObject();
        config[key] = value is null ? null : JsonNode.Parse(value);
        RenderFarmException fault = Assert.Throws<RenderFarmException>(() => Read(config.ToJsonString()));
        Assert.Equal(ErrorCodes.InvalidModel, fault.Code);
        Assert.StartsWith(Path.Combine(_folder, "config.json"), fault.Message, StringComparison.Ordinal);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{ \"z_dim\": ")]
    public void Read_WhatIsNoObject_NamesTheFile(string text)
    {
        RenderFarmException fault = Assert.Throws<RenderFarmException>(() => Read(text));
        Assert.Equal(ErrorCodes.InvalidModel, fault.Code);
        Assert.Contains("config.json", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_PublishedWan21_TakesTheTensorsOfItsCheckpoint()
    {
        AssertTakes(PublishedVae.Wan21Tensors, PublishedVae.Wan21Config);
        Assert.Equal(PublishedVae.Wan21Parameters, PublishedVae.Wan21Tensors.Values.Sum(shape => shape.Aggregate((product, size) => product * size)));
    }

    [Fact]
    public void Build_PublishedWan22_TakesTheTensorsOfItsCheckpoint() => AssertTakes(PublishedVae.Wan22Tensors, PublishedVae.Wan22Config);

    private void AssertTakes(IReadOnlyDictionary<string, long[]> expected, string config)
    {
        using var reader = new RandomWeights();
        var weights = new WeightSet(reader, new Device(DeviceType.META), ScalarType.BFloat16);
        using var vae = new WanVae(Read(config), weights);
        Assert.Equal(Lines(expected), Lines(weights.Tensors.ToDictionary(pair => pair.Key, pair => pair.Value.shape)));
        Assert.All(weights.Tensors, pair => Assert.Equal(
            pair.Key.EndsWith(".gamma", StringComparison.Ordinal) ? ScalarType.Float32 : ScalarType.BFloat16, pair.Value.dtype));
    }

    private static IEnumerable<string> Lines(IReadOnlyDictionary<string, long[]> tensors) =>
        tensors.Select(pair => $"{pair.Key} [{string.Join(", ", pair.Value)}]").Order(StringComparer.Ordinal);

    private WanVaeConfig Read(string json)
    {
        string path = Path.Combine(_folder, "config.json");
        File.WriteAllText(path, json);
        return WanVaeConfig.Read(path);
    }
}
