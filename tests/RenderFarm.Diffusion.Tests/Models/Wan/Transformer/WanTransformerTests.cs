using System.Text.Json.Nodes;
using RenderFarm.Diffusion.Models.Wan.Transformer;
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
}
