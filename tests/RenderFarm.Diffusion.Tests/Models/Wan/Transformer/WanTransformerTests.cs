using System.Text.Json.Nodes;
using RenderFarm.Diffusion.Models.Wan.Transformer;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Diffusion.Weights;
using RenderFarm.Errors;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tests.Models.Wan.Transformer;

[Collection(nameof(TensorAccounting))]
public sealed class WanTransformerTests
{
    /// <summary>Single precision sums over hundreds of text rows and the sinusoids of timesteps differ between implementations.</summary>
    private const double Tolerance = 1e-4;

    /// <summary>For short text at timestep 0, where neither plays a part.</summary>
    private const double SharpTolerance = 1e-5;

    public static TheoryData<string> GoldenFolders => [.. Golden.Folders("WanTransformer3DModel")];

    [Theory]
    [MemberData(nameof(GoldenFolders))]
    public void Forward_GoldenCases_AreMatchedInEveryLayer(string folder)
    {
        using IDisposable pause = CollectionPause.Begin();
        using IDisposable scope = NewDisposeScope();
        using Golden golden = Golden.Open(folder);
        using WanTransformer transformer = GoldenTransformer.Load(folder);
        foreach (JsonObject @case in golden.Cases)
        {
            (Tensor output, IReadOnlyDictionary<string, Tensor> trace) = GoldenTransformer.Run(transformer, golden, @case);
            Tensor timesteps = golden.Read(@case, "timestep").to_type(ScalarType.Float64);
            bool sharp = golden.Read(@case, "encoder_hidden_states").shape[1] < 100 && timesteps.abs().max().item<double>() == 0;
            double tolerance = sharp ? SharpTolerance : Tolerance;
            foreach (string name in @case["trace"]!.AsArray().Select(name => (string)name!))
            {
                Tensor expected = golden.Read(@case, name);
                Golden.AssertNear(expected, trace[name["trace.".Length..]].reshape(expected.shape), tolerance, $"{folder} {@case["name"]} {name}");
            }

            Golden.AssertNear(golden.Read(@case, (string)@case["output"]!), output, tolerance, $"{folder} {@case["name"]}");
            foreach (Tensor value in trace.Values)
            {
                value.Dispose();
            }
        }
    }

    [Fact]
    public void Forward_InBFloat16_IsNearSinglePrecision()
    {
        using IDisposable pause = CollectionPause.Begin();
        using IDisposable scope = NewDisposeScope();
        foreach (string name in new[] { "transformer_t2v", "transformer_i2v", "transformer_ti2v" })
        {
            using Golden golden = Golden.Open(GoldenTransformer.Folder(name));
            using WanTransformer transformer = GoldenTransformer.Load(golden.Folder, ScalarType.BFloat16);
            foreach (JsonObject @case in golden.Cases)
            {
                Tensor expected = golden.Read(@case, "output");
                using WanContext context = GoldenTransformer.Context(transformer, golden, @case);
                Tensor actual = transformer.Forward(golden.Read(@case, "hidden_states"), golden.Read(@case, "timestep"), context);
                Assert.Equal(ScalarType.Float32, actual.dtype);
                double error = ((actual - expected).square().mean().sqrt() / expected.square().mean().sqrt()).item<float>();
                Assert.InRange(error, 1e-4, 0.02);
            }
        }
    }

    [Fact]
    public void Forward_OfATimestepForEachLatentFrame_EqualsTheSameForEachToken()
    {
        using IDisposable scope = NewDisposeScope();
        using Golden golden = Golden.Open(GoldenTransformer.Folder("transformer_ti2v"));
        using WanTransformer transformer = GoldenTransformer.Load(golden.Folder);
        using WanContext context = transformer.Prepare(golden.Read("expanded_i2v.encoder_hidden_states"));
        Tensor latents = golden.Read("expanded_i2v.hidden_states"), ofTokens = golden.Read("expanded_i2v.timestep");
        Tensor ofFrames = ofTokens.view(1, latents.shape[2], -1).select(2, 0);
        Assert.Equal([1, 3], ofFrames.shape);
        Tensor expected = transformer.Forward(latents, ofTokens, context);
        Golden.AssertNear(expected, transformer.Forward(latents, ofFrames, context), 1e-5, "one timestep for each frame");
    }

    [Theory]
    [InlineData("transformer_t2v", "odd")]
    [InlineData("transformer_i2v", "odd")]
    public void Forward_WithKeptKeys_EqualsProjectingThemInEveryStep(string folder, string name)
    {
        using IDisposable scope = NewDisposeScope();
        using Golden golden = Golden.Open(GoldenTransformer.Folder(folder));
        using WanTransformer transformer = GoldenTransformer.Load(golden.Folder);
        JsonObject @case = golden.Cases.Single(@case => (string?)@case["name"] == name);
        using WanContext rows = GoldenTransformer.Context(transformer, golden, @case);
        using WanContext keys = GoldenTransformer.Context(transformer, golden, @case, keepKeys: true);
        Tensor latents = golden.Read(@case, "hidden_states"), timesteps = golden.Read(@case, "timestep");
        Assert.True(transformer.Forward(latents, timesteps, rows).equal(transformer.Forward(latents, timesteps, keys)).all().item<bool>());
    }

    [Fact]
    public void Forward_WithASpacing_SeesFramesFurtherApart()
    {
        using IDisposable scope = NewDisposeScope();
        using Golden golden = Golden.Open(GoldenTransformer.Folder("transformer_t2v"));
        using WanTransformer transformer = GoldenTransformer.Load(golden.Folder);
        using WanContext context = transformer.Prepare(golden.Read("single_frame.encoder_hidden_states"));
        Tensor timesteps = full([1], 300f), one = golden.Read("single_frame.hidden_states"), two = cat([one, one.flip(3)], 2);
        Assert.True(Forward(one, 1).equal(Forward(one, 5)).all().item<bool>());
        Assert.False(Forward(two, 1).allclose(Forward(two, 5), rtol: 0, atol: 1e-3));

        Tensor Forward(Tensor latents, int spacing) => transformer.Forward(latents, timesteps, context, spacing);
    }

    [Fact]
    public void Dispose_AfterForwards_LeavesNoTensor()
    {
        TensorAccounting.Settle();
        long before = TensorAccounting.Live();
        using (NewDisposeScope())
        {
            using Golden golden = Golden.Open(GoldenTransformer.Folder("transformer_i2v"));
            WanTransformer transformer = GoldenTransformer.Load(golden.Folder);
            JsonObject @case = golden.Cases.First();
            Tensor latents = golden.Read(@case, "hidden_states"), timesteps = golden.Read(@case, "timestep");
            WanContext context = GoldenTransformer.Context(transformer, golden, @case, keepKeys: true);

            // More shapes than tables are kept.
            for (int spacing = 1; spacing < 12; spacing++)
            {
                using Tensor velocity = transformer.Forward(latents, timesteps, context, spacing);
            }

            context.Dispose();
            transformer.Dispose();
        }

        Assert.Equal(before, TensorAccounting.Live());
    }

    [Fact]
    public void Forward_InsideNoScope_LeavesOneTensor()
    {
        using Golden golden = Golden.Open(GoldenTransformer.Folder("transformer_ti2v"));
        using WanTransformer transformer = GoldenTransformer.Load(golden.Folder);
        using Tensor latents = golden.Read("expanded_i2v.hidden_states"), timesteps = golden.Read("expanded_i2v.timestep");
        using Tensor text = golden.Read("expanded_i2v.encoder_hidden_states");
        using WanContext context = transformer.Prepare(text);
        transformer.Forward(latents, timesteps, context).Dispose();
        TensorAccounting.Settle();
        long before = TensorAccounting.Live();
        using Tensor velocity = transformer.Forward(latents, timesteps, context);
        Assert.Equal(before + 1, TensorAccounting.Live());
    }

    [Theory]
    [InlineData("transformer_t2v", "[1, 15, 2, 4, 4]", "[1]", "[1, 7, 24]", null, "latents")]
    [InlineData("transformer_t2v", "[1, 16, 2, 3, 4]", "[1]", "[1, 7, 24]", null, "latents")]
    [InlineData("transformer_t2v", "[16, 2, 4, 4]", "[1]", "[1, 7, 24]", null, "latents")]
    [InlineData("transformer_t2v", "[1, 16, 2, 4, 4]", "[2]", "[1, 7, 24]", null, "timesteps")]
    [InlineData("transformer_t2v", "[1, 16, 2, 4, 4]", "[1, 3]", "[1, 7, 24]", null, "timesteps")]
    [InlineData("transformer_t2v", "[2, 16, 2, 4, 4]", "[2]", "[1, 7, 24]", null, "context")]
    [InlineData("transformer_t2v", "[1, 16, 2, 4, 4]", "[1]", "[1, 7, 23]", null, "text")]
    [InlineData("transformer_t2v", "[1, 16, 2, 4, 4]", "[1]", "[1, 7, 24]", "[1, 5, 20]", "image")]
    [InlineData("transformer_i2v", "[1, 36, 2, 4, 4]", "[1]", "[1, 512, 24]", null, "image")]
    [InlineData("transformer_i2v", "[1, 36, 2, 4, 4]", "[1]", "[1, 512, 24]", "[1, 5, 21]", "image")]
    public void Forward_OfShapesThatDoNotFit_NamesTheArgument(
        string folder, string latents, string timesteps, string text, string? image, string blamed)
    {
        using IDisposable scope = NewDisposeScope();
        using WanTransformer transformer = GoldenTransformer.Load(GoldenTransformer.Folder(folder));
        ArgumentException exception = Assert.Throws<ArgumentException>(() =>
        {
            using WanContext context = transformer.Prepare(Zeros(text), image is null ? null : Zeros(image));
            transformer.Forward(Zeros(latents), Zeros(timesteps), context);
        });
        Assert.Equal(blamed, exception.ParamName);

        static Tensor Zeros(string shape) => zeros(JsonNode.Parse(shape)!.AsArray().Select(size => (long)size!).ToArray());
    }

    [Fact]
    public void Transformer_OfACheckpointOfAnotherShape_NamesTheTensorAndLeavesNoTensor()
    {
        using WeightFiles files = WeightFiles.Open(GoldenTransformer.Folder("transformer_t2v"), "weights");
        WanTransformerConfig config = WanTransformerConfig.Read(Path.Combine(GoldenTransformer.Folder("transformer_t2v"), "config.json"));
        TensorAccounting.Settle();
        long before = TensorAccounting.Live();
        RenderFarmException wrong = Assert.Throws<RenderFarmException>(
            () => new WanTransformer(config with { FeedForwardWidth = 105 }, new WeightSet(files, CPU, ScalarType.Float32)));
        Assert.Equal(ErrorCodes.InvalidModel, wrong.Code);
        Assert.Contains("'blocks.0.ffn.net.0.proj.weight' is [104, 48], not [105, 48]", wrong.Message);
        RenderFarmException missing = Assert.Throws<RenderFarmException>(
            () => new WanTransformer(config with { Layers = 4 }, new WeightSet(files, CPU, ScalarType.Float32)));
        Assert.Contains("has no tensor 'blocks.3.", missing.Message);
        Assert.Equal(before, TensorAccounting.Live());
    }
}
