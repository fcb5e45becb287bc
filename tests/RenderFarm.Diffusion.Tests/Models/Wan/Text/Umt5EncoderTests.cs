using System.Text.Json.Nodes;
using RenderFarm.Diffusion.Models.Wan.Text;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Diffusion.Weights;
using RenderFarm.Errors;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tests.Models.Wan.Text;

[Collection(nameof(TensorAccounting))]
public sealed class Umt5EncoderTests
{
    private const double Tolerance = 2e-5;

    private static readonly string Bundled = Path.Combine(AppContext.BaseDirectory, "golden", "umt5");

    /// <summary>google/umt5-xxl, which all published Wan models read text with.</summary>
    private static readonly Umt5Config Full = new(256384, 4096, 64, 10240, 24, 64, 32, 128, 1e-6);

    [Fact]
    public void LastHiddenState_GoldenCases_AreMetWithEveryTrace()
    {
        IReadOnlyList<string> folders = Golden.Folders("UMT5EncoderModel");
        Assert.SkipUnless(folders.Count > 0, $"{Golden.Root} has no text encoder");
        foreach (string folder in folders)
        {
            using Golden golden = Golden.Open(folder);
            using Umt5Encoder encoder = Open(folder, "weights");
            foreach (JsonObject @case in golden.Cases)
            {
                using IDisposable pause = CollectionPause.Begin();
                using IDisposable scope = NewDisposeScope();
                Tensor ids = golden.Read(@case, "input_ids"), mask = golden.Read(@case, "attention_mask");
                HashSet<string> traces = [.. @case["trace"]?.AsArray().Select(name => name!.GetValue<string>()) ?? []];
                Tensor last = encoder.LastHiddenState(ids, mask, (name, tensor) =>
                {
                    if (traces.Remove($"trace.{name}"))
                    {
                        Golden.AssertNear(golden.Read(@case, $"trace.{name}"), tensor, Tolerance, $"{folder} {@case["name"]} {name}");
                    }
                });
                Assert.Empty(traces);
                Golden.AssertNear(golden.Read(@case, "last_hidden_state"), last, Tolerance, $"{folder} {@case["name"]} last_hidden_state");
                Golden.AssertNear(golden.Read(@case, "prompt_embeds"), encoder.Encode(ids, mask), Tolerance, $"{folder} {@case["name"]} prompt_embeds");
            }
        }
    }

    [Fact]
    public void Encode_GoldenPipelines_GiveTheirPromptRows()
    {
        string[] encoders = [.. Directory.EnumerateDirectories(Golden.Root, "text_encoder", SearchOption.AllDirectories)];
        Assert.SkipUnless(encoders.Length > 0, $"{Golden.Root} has no pipeline");
        foreach (string folder in encoders)
        {
            using Golden golden = Golden.Open(Path.GetDirectoryName(folder)!);
            using Umt5Encoder encoder = Open(folder, "model");
            foreach (JsonObject @case in golden.Cases)
            {
                using IDisposable pause = CollectionPause.Begin();
                using IDisposable scope = NewDisposeScope();
                Tensor rows = encoder.Encode(golden.Read(@case, "input_ids"), golden.Read(@case, "attention_mask"));
                Tensor expected = cat([golden.Read(@case, "prompt_embeds"), golden.Read(@case, "negative_prompt_embeds")]);
                Golden.AssertNear(expected, rows, Tolerance, $"{folder} {@case["name"]}");
            }
        }
    }

    [Fact]
    public void Bucket_GoldenPositions_AreMet()
    {
        foreach (string folder in Golden.Folders("UMT5EncoderModel"))
        {
            using Golden golden = Golden.Open(folder);
            Umt5Config config = Umt5Config.Read(Path.Combine(folder, "config.json"));
            using Tensor positions = golden.Read("relative_positions"), buckets = golden.Read("relative_buckets");
            Assert.Equal(
                buckets.data<long>().ToArray(),
                positions.data<long>().ToArray().Select(offset => (long)RelativePositions.Bucket((int)offset, config.Buckets, config.MaxDistance)));
        }
    }

    [Fact]
    public void Encode_InBFloat16_StaysNearFloat32()
    {
        using Golden golden = Golden.Open(Bundled);
        using Umt5Encoder full = Open(Bundled, "weights"), half = Open(Bundled, "weights", ScalarType.BFloat16);
        using IDisposable pause = CollectionPause.Begin();
        using IDisposable scope = NewDisposeScope();
        JsonObject @case = golden.Cases.First();
        Tensor ids = golden.Read(@case, "input_ids"), mask = golden.Read(@case, "attention_mask");
        Tensor exact = full.Encode(ids, mask), near = half.Encode(ids, mask);
        Assert.Equal(ScalarType.Float32, near.dtype);
        double error = ((near - exact).square().mean() / exact.square().mean()).sqrt().item<float>();
        Assert.InRange(error, 1e-6, 0.02);
    }

    [Fact]
    public void Encode_AStoredFloat16Checkpoint_IsUpCast()
    {
        string copy = Directory.CreateTempSubdirectory().FullName;
        try
        {
            using IDisposable scope = NewDisposeScope();
            using (SafetensorsFile file = SafetensorsFile.Open(Path.Combine(Bundled, "weights.safetensors")))
            {
                SafetensorsWriter.Write(
                    Path.Combine(copy, "weights.safetensors"), file.Names.ToDictionary(name => name, name => file.Read(name).to_type(ScalarType.Float16)));
            }

            File.Copy(Path.Combine(Bundled, "config.json"), Path.Combine(copy, "config.json"));
            using Golden golden = Golden.Open(Bundled);
            using Umt5Encoder encoder = Open(copy, "weights");
            JsonObject @case = golden.Cases.First();
            Tensor rows = encoder.Encode(golden.Read(@case, "input_ids"), golden.Read(@case, "attention_mask"));
            Golden.AssertNear(golden.Read(@case, "prompt_embeds"), rows, 0.02, "float16 weights");
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
    }

    [Fact]
    public void Create_InFloat16_IsRefused()
    {
        using WeightSet weights = new(new RandomWeights(), CPU, ScalarType.Float16);
        Assert.Contains("float32 or bfloat16", Assert.Throws<ArgumentException>(() => new Umt5Encoder(Full, weights)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_AnyText_LeavesNoTensorBehind()
    {
        using Golden golden = Golden.Open(Bundled);
        ByteTokenizer tokenizer = new(300);
        WanTokens[] texts = [tokenizer.Encode("a red fox"), tokenizer.Encode("")];
        using (Umt5Encoder warm = Open(Bundled, "weights"))
        {
            warm.Encode(texts).Dispose();
        }

        TensorAccounting.Settle();
        long before = TensorAccounting.Live();
        using (Umt5Encoder encoder = Open(Bundled, "weights"))
        {
            long loaded = TensorAccounting.Live();
            using Tensor rows = encoder.Encode(texts);
            Assert.Equal([2, WanTokens.Length, encoder.Config.Width], rows.shape);
            Assert.Equal(loaded + 1, TensorAccounting.Live());
        }

        Assert.Equal(before, TensorAccounting.Live());
    }

    [Fact]
    public void Encode_IdsOutsideTheVocabulary_AreRefused()
    {
        using Umt5Encoder encoder = Open(Bundled, "weights");
        using Tensor ids = tensor(new long[] { 5, 300 }).view(1, 2), mask = ones([1, 2], ScalarType.Int64), other = ones([1, 3], ScalarType.Int64);
        Assert.Contains("0 to 299", Assert.Throws<ArgumentException>(() => encoder.Encode(ids, mask)).Message, StringComparison.Ordinal);
        Assert.Contains("[1, 3]", Assert.Throws<ArgumentException>(() => encoder.Encode(ids, other)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_AtFullSize_TakesThePublishedNamesAndShapes()
    {
        Dictionary<string, long[]> published = new()
        {
            ["shared.weight"] = [256384, 4096],
            ["encoder.final_layer_norm.weight"] = [4096],
        };
        for (int i = 0; i < 24; i++)
        {
            foreach (string projection in new[] { "q", "k", "v", "o" })
            {
                published[$"encoder.block.{i}.layer.0.SelfAttention.{projection}.weight"] = [4096, 4096];
            }

            published[$"encoder.block.{i}.layer.0.SelfAttention.relative_attention_bias.weight"] = [32, 64];
            published[$"encoder.block.{i}.layer.0.layer_norm.weight"] = [4096];
            published[$"encoder.block.{i}.layer.1.DenseReluDense.wi_0.weight"] = [10240, 4096];
            published[$"encoder.block.{i}.layer.1.DenseReluDense.wi_1.weight"] = [10240, 4096];
            published[$"encoder.block.{i}.layer.1.DenseReluDense.wo.weight"] = [4096, 10240];
            published[$"encoder.block.{i}.layer.1.layer_norm.weight"] = [4096];
        }

        WeightSet weights = new(new RandomWeights(), device("meta"), ScalarType.BFloat16);
        using Umt5Encoder encoder = new(Full, weights);
        Assert.Equal(published.Keys.Order(), weights.Tensors.Keys.Order());
        Assert.All(published, entry => Assert.Equal(entry.Value, weights.Tensors[entry.Key].shape));
    }

    [Fact]
    public void Read_AMissingTensorOrWrongShape_NamesIt()
    {
        Umt5Config config = Umt5Config.Read(Path.Combine(Bundled, "config.json"));
        using WeightFiles files = WeightFiles.Open(Bundled, "weights");
        RenderFarmException missing = Assert.Throws<RenderFarmException>(
            () => new Umt5Encoder(config with { Layers = config.Layers + 1 }, new WeightSet(files, CPU, ScalarType.Float32)));
        Assert.Equal(ErrorCodes.InvalidModel, missing.Code);
        Assert.Contains($"encoder.block.{config.Layers}.layer.0", missing.Message, StringComparison.Ordinal);
        RenderFarmException shape = Assert.Throws<RenderFarmException>(
            () => new Umt5Encoder(config with { Heads = config.Heads + 1 }, new WeightSet(files, CPU, ScalarType.Float32)));
        Assert.Contains("SelfAttention.q.weight' is [", shape.Message, StringComparison.Ordinal);
    }

    private static Umt5Encoder Open(string folder, string stem, ScalarType compute = ScalarType.Float32)
    {
        using WeightFiles files = WeightFiles.Open(folder, stem);
        return new Umt5Encoder(Umt5Config.Read(Path.Combine(folder, "config.json")), new WeightSet(files, CPU, compute));
    }
}
