using RenderFarm.Diffusion.Models.Wan.Transformer;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tests.Models.Wan.Transformer;

/// <summary>Transformers of the published sizes: their configurations and their checkpoints' tensors lie in <c>published</c>.</summary>
[Collection(nameof(TensorAccounting))]
public sealed class PublishedArchitectureTests
{
    [Theory]
    [InlineData("wan2.1-t2v-1.3b", 30, 1536, 8960, 16, 64, false, 825, 1_418_996_800)]
    [InlineData("wan2.1-t2v-14b", 40, 5120, 13824, 16, 64, false, 1095, 14_288_491_584)]
    [InlineData("wan2.1-i2v-14b", 40, 5120, 13824, 36, 64, true, 1303, 16_394_878_784)]
    [InlineData("wan2.2-ti2v-5b", 30, 3072, 14336, 48, 192, false, 825, 4_999_787_712)]
    [InlineData("wan2.2-t2v-a14b", 40, 5120, 13824, 16, 64, false, 1095, 14_288_491_584)]
    [InlineData("wan2.2-i2v-a14b", 40, 5120, 13824, 36, 64, false, 1095, 14_288_901_184)]
    public void Transformer_OfAPublishedConfiguration_TakesThePublishedTensors(
        string name, int layers, int width, int feedForward, int inChannels, int outValues, bool image, int tensors, long parameters)
    {
        var sizes = new Dictionary<string, long>
        {
            ["D"] = width,
            ["6D"] = 6 * width,
            ["F"] = feedForward,
            ["In"] = inChannels,
            ["Out"] = outValues,
        };
        IEnumerable<string> patterns = File.ReadLines(Published("tensors.txt")).Concat(image ? File.ReadLines(Published("image-tensors.txt")) : []);
        SortedDictionary<string, string> expected = new(StringComparer.Ordinal);
        foreach (string[] parts in patterns.Select(line => line.Split(' ')))
        {
            string shape = string.Join(", ", parts[1..].Select(size => sizes.TryGetValue(size, out long known) ? known : long.Parse(size)));
            for (int layer = 0; layer < (parts[0].Contains('*') ? layers : 1); layer++)
            {
                expected.Add(parts[0].Replace("*", $"{layer}"), shape);
            }
        }

        var weights = new WeightSet(new RandomWeights(), new Device(DeviceType.META), ScalarType.BFloat16);
        using var transformer = new WanTransformer(WanTransformerConfig.Read(Published($"{name}.json")), weights);

        Assert.Equal(tensors, expected.Count);
        Assert.Equal(parameters, weights.Tensors.Values.Sum(tensor => tensor.numel()));
        Assert.Equal(expected, new SortedDictionary<string, string>(
            weights.Tensors.ToDictionary(pair => pair.Key, pair => string.Join(", ", pair.Value.shape)), StringComparer.Ordinal));
    }

    [Fact]
    public void Forward_OfThe1300MillionInBFloat16_IsFinite()
    {
        using IDisposable pause = CollectionPause.Begin();
        using IDisposable scope = NewDisposeScope();
        WanTransformerConfig config = WanTransformerConfig.Read(Published("wan2.1-t2v-1.3b.json"));
        using var transformer = new WanTransformer(config, new WeightSet(new RandomWeights(), CPU, ScalarType.BFloat16));
        using WanContext context = transformer.Prepare(randn(1, 512, 4096));
        Tensor velocity = transformer.Forward(randn([1, 16, 3, 16, 16]), full([1], 500f), context);
        Assert.Equal([1, 16, 3, 16, 16], velocity.shape);
        Assert.Equal(ScalarType.Float32, velocity.dtype);
        Assert.True(velocity.isfinite().all().item<bool>());
        Assert.True(velocity.std().item<float>() > 0.1f);
    }

    private static string Published(string file) => Path.Combine(AppContext.BaseDirectory, "Models", "Wan", "Transformer", "published", file);
}
