using System.Text.Json.Nodes;
using RenderFarm.Diffusion.Models.Wan.Transformer;
using RenderFarm.Diffusion.Weights;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tests.Models.Wan.Transformer;

/// <summary>The tiny transformers of the reference vectors.</summary>
internal static class GoldenTransformer
{
    public static string Folder(string name) => Path.Combine(AppContext.BaseDirectory, "golden", name);

    public static WanTransformer Load(string folder, ScalarType compute = ScalarType.Float32)
    {
        using WeightFiles files = WeightFiles.Open(folder, "weights");
        return new WanTransformer(WanTransformerConfig.Read(Path.Combine(folder, "config.json")), new WeightSet(files, CPU, compute));
    }

    /// <summary>Runs a case, with everything that the trace tells.</summary>
    public static (Tensor Output, IReadOnlyDictionary<string, Tensor> Trace) Run(WanTransformer transformer, Golden golden, JsonObject @case)
    {
        var values = new Dictionary<string, Tensor>();
        void Trace(string name, Tensor value) => values[name] = value.clone().DetachFromDisposeScope();
        using WanContext context = Context(transformer, golden, @case, Trace);
        Tensor output = transformer.Forward(
            golden.Read(@case, "hidden_states"), golden.Read(@case, "timestep"), context, spacing: 1, cache: null, firstRow: 0, Trace);
        return (output, values);
    }

    public static WanContext Context(
        WanTransformer transformer, Golden golden, JsonObject @case, Action<string, Tensor>? trace = null, bool keepKeys = false)
    {
        bool image = @case["inputs"]!.AsArray().Any(input => (string?)input == "encoder_hidden_states_image");
        return transformer.Prepare(
            golden.Read(@case, "encoder_hidden_states"), image ? golden.Read(@case, "encoder_hidden_states_image") : null, keepKeys, trace);
    }
}
