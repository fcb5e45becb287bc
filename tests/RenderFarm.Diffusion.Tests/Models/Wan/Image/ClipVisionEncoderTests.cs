using RenderFarm.Diffusion.Models.Wan.Image;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Diffusion.Weights;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tests.Models.Wan.Image;

[Collection(nameof(TensorAccounting))]
public sealed class ClipVisionEncoderTests
{
    private static readonly ClipVisionConfig Small = new(12, 20, 3, 3, 12, 4, QuickGelu: false, 1e-5);

    /// <summary>OpenCLIP's ViT-H/14, which Wan 2.1's image-to-video models see with.</summary>
    private static readonly ClipVisionConfig Full = new(1280, 5120, 32, 16, 224, 14, QuickGelu: false, 1e-5);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Encode_OfASmallNetwork_IsWhatPlainLoopsGive(bool quick)
    {
        ClipVisionConfig config = Small with { QuickGelu = quick };
        WeightSet weights = new(new RandomWeights(0.3), CPU, ScalarType.Float32);
        using IDisposable pause = CollectionPause.Begin();
        using IDisposable scope = NewDisposeScope();
        manual_seed(4);
        using ClipVisionEncoder encoder = new(config, weights);
        Tensor image = rand(3, 12, 12);
        Tensor actual = encoder.Encode(image);
        // A picture of the encoder's size is not resized.
        double[] pixels = [.. ClipPreprocessing.Of(12).Apply(image).data<float>().ToArray().Select(value => (double)value)];
        double[] expected = [.. Loops(config, weights, pixels).SelectMany(row => row)];
        Golden.AssertNear(tensor(expected).view(1, config.Tokens, config.Width), actual, 2e-5, "the image's tokens");
    }

    [Fact]
    public void Encode_InBFloat16_StaysNearFloat32()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            using IDisposable pause = CollectionPause.Begin();
            using IDisposable scope = NewDisposeScope();
            manual_seed(4);
            WeightSet random = new(new RandomWeights(0.2), CPU, ScalarType.Float32);
            using ClipVisionEncoder full = new(Small, random);
            SafetensorsWriter.Write(Path.Combine(folder, "model.safetensors"), random.Tensors);
            using WeightFiles files = WeightFiles.Open(folder, "model");
            using ClipVisionEncoder half = new(Small, new WeightSet(files, CPU, ScalarType.BFloat16));
            Tensor image = rand(3, 30, 50);
            Tensor exact = full.Encode(image), near = half.Encode(image);
            Assert.Equal(ScalarType.Float32, near.dtype);
            double error = ((near - exact).square().mean() / exact.square().mean()).sqrt().item<float>();
            Assert.InRange(error, 1e-6, 0.02);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Encode_AnyPicture_LeavesNoTensorBehind()
    {
        TensorAccounting.Settle();
        long before = TensorAccounting.Live();
        using (ClipVisionEncoder encoder = new(Small, new WeightSet(new RandomWeights(), CPU, ScalarType.Float32)))
        {
            long loaded = TensorAccounting.Live();
            using Tensor image = zeros(3, 17, 40), tokens = encoder.Encode(image);
            Assert.Equal([1, Small.Tokens, Small.Width], tokens.shape);
            Assert.Equal(loaded + 2, TensorAccounting.Live());
        }

        Assert.Equal(before, TensorAccounting.Live());
    }

    [Fact]
    public void Encode_OfNoPicture_IsRefused()
    {
        using ClipVisionEncoder encoder = new(Small, new WeightSet(new RandomWeights(), CPU, ScalarType.Float32));
        using Tensor image = zeros(1, 3, 12, 12);
        Assert.Contains("[1, 3, 12, 12]", Assert.Throws<ArgumentException>(() => encoder.Encode(image)).Message, StringComparison.Ordinal);
    }

    /// <summary>The published layout, less what the tokens before the last block do not need: that block, the final norm, the projection.</summary>
    [Fact]
    public void Create_AtFullSize_TakesThePublishedNamesAndShapes()
    {
        Dictionary<string, long[]> published = new()
        {
            ["vision_model.embeddings.class_embedding"] = [1280],
            ["vision_model.embeddings.patch_embedding.weight"] = [1280, 3, 14, 14],
            ["vision_model.embeddings.position_embedding.weight"] = [257, 1280],
            ["vision_model.pre_layrnorm.weight"] = [1280],
            ["vision_model.pre_layrnorm.bias"] = [1280],
        };
        for (int i = 0; i < 31; i++)
        {
            string layer = $"vision_model.encoder.layers.{i}.";
            foreach ((string name, long[] shape) in new (string, long[])[]
            {
                ("self_attn.q_proj", [1280, 1280]), ("self_attn.k_proj", [1280, 1280]), ("self_attn.v_proj", [1280, 1280]), ("self_attn.out_proj", [1280, 1280]),
                ("mlp.fc1", [5120, 1280]), ("mlp.fc2", [1280, 5120]), ("layer_norm1", [1280]), ("layer_norm2", [1280]),
            })
            {
                published[$"{layer}{name}.weight"] = shape;
                published[$"{layer}{name}.bias"] = [shape[0]];
            }
        }

        WeightSet weights = new(new RandomWeights(), device("meta"), ScalarType.BFloat16);
        using ClipVisionEncoder encoder = new(Full, weights);
        Assert.Equal(published.Keys.Order(), weights.Tensors.Keys.Order());
        Assert.All(published, entry => Assert.Equal(entry.Value, weights.Tensors[entry.Key].shape));
    }

    /// <summary>The network in 64 bits, a number at a time, for a picture [3, 12, 12].</summary>
    private static double[][] Loops(ClipVisionConfig config, WeightSet weights, double[] pixels)
    {
        Dictionary<string, double[]> all = weights.Tensors.ToDictionary(
            entry => entry.Key, entry => entry.Value.data<float>().ToArray().Select(value => (double)value).ToArray());
        int width = config.Width, size = config.PatchSize, side = config.ImageSize / size, image = config.ImageSize;
        double[] filters = all["vision_model.embeddings.patch_embedding.weight"], positions = all["vision_model.embeddings.position_embedding.weight"];
        List<double[]> tokens = [all["vision_model.embeddings.class_embedding"]];
        for (int patch = 0; patch < side * side; patch++)
        {
            double[] token = new double[width];
            for (int channel = 0; channel < width; channel++)
            {
                for (int colour = 0; colour < 3; colour++)
                {
                    for (int y = 0; y < size; y++)
                    {
                        for (int x = 0; x < size; x++)
                        {
                            double pixel = pixels[(((colour * image) + (patch / side * size) + y) * image) + (patch % side * size) + x];
                            token[channel] += pixel * filters[(((((channel * 3) + colour) * size) + y) * size) + x];
                        }
                    }
                }
            }

            tokens.Add(token);
        }

        double[][] hidden = [.. tokens.Select((token, i) => Norm(
            [.. token.Select((value, channel) => value + positions[(i * width) + channel])], "vision_model.pre_layrnorm"))];
        for (int layer = 0; layer < config.Layers - 1; layer++)
        {
            string name = $"vision_model.encoder.layers.{layer}.";
            double[][] normed = [.. hidden.Select(token => Norm(token, name + "layer_norm1"))];
            double[][] query = Each(normed, "q_proj"), key = Each(normed, "k_proj"), value = Each(normed, "v_proj");
            int headWidth = width / config.Heads;
            double[][] attended = [.. hidden.Select(_ => new double[width])];
            for (int head = 0; head < config.Heads; head++)
            {
                int from = head * headWidth;
                for (int i = 0; i < hidden.Length; i++)
                {
                    double[] weight = [.. key.Select(row => Math.Exp(Enumerable.Range(from, headWidth).Sum(c => query[i][c] * row[c]) / Math.Sqrt(headWidth)))];
                    for (int c = from; c < from + headWidth; c++)
                    {
                        attended[i][c] = weight.Select((w, j) => w * value[j][c]).Sum() / weight.Sum();
                    }
                }
            }

            hidden = [.. hidden.Zip(Each(attended, "out_proj"), Sum)];
            hidden = [.. hidden.Select(token => Sum(token, Linear(
                [.. Linear(Norm(token, name + "layer_norm2"), name + "mlp.fc1").Select(Activate)], name + "mlp.fc2")))];

            double[][] Each(double[][] rows, string projection) => [.. rows.Select(row => Linear(row, $"{name}self_attn.{projection}"))];
        }

        return hidden;

        double[] Linear(double[] input, string name) =>
            [.. all[name + ".bias"].Select((bias, o) => bias + input.Select((value, i) => value * all[name + ".weight"][(o * input.Length) + i]).Sum())];

        double[] Norm(double[] input, string name)
        {
            double mean = input.Average(), deviation = Math.Sqrt(input.Average(value => (value - mean) * (value - mean)) + config.Epsilon);
            return [.. input.Select((value, i) => ((value - mean) / deviation * all[name + ".weight"][i]) + all[name + ".bias"][i])];
        }

        double Activate(double x) => config.QuickGelu ? x / (1 + Math.Exp(-1.702 * x)) : x * NormalBelow(x);

        static double[] Sum(double[] first, double[] second) => [.. first.Zip(second, (one, two) => one + two)];

        // The normal distribution's integral by Simpson's rule.
        static double NormalBelow(double x)
        {
            const int parts = 400;
            double step = x / parts;
            double sum = Enumerable.Range(0, parts + 1).Sum(i => (i is 0 or parts ? 1 : 2 + (2 * (i % 2))) * Math.Exp(-(i * step) * (i * step) / 2));
            return 0.5 + (sum * step / 3 / Math.Sqrt(2 * Math.PI));
        }
    }
}
