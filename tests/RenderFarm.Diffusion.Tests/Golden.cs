using System.Text.Json;
using System.Text.Json.Nodes;
using RenderFarm.Diffusion.Tensors;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tests;

/// <summary>
/// One folder of reference vectors: its <c>cases.json</c> and <c>cases.safetensors</c>. They are never re-made to let a test pass. The
/// folder of folders is <c>golden</c> beside the tests, or what the environment variable RENDERFARM_GOLDEN names.
/// </summary>
internal sealed class Golden : IDisposable
{
    private readonly SafetensorsFile _tensors;

    private Golden(string folder)
    {
        Folder = folder;
        Document = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "cases.json")))!.AsObject();
        _tensors = SafetensorsFile.Open(Path.Combine(folder, "cases.safetensors"));
    }

    public static string Root => Environment.GetEnvironmentVariable("RENDERFARM_GOLDEN") is { Length: > 0 } elsewhere
        ? elsewhere
        : Path.Combine(AppContext.BaseDirectory, "golden");

    public string Folder { get; }

    public JsonObject Document { get; }

    /// <summary>The cases as <c>cases.json</c> has them.</summary>
    public IEnumerable<JsonObject> Cases => Document["cases"]!.AsArray().Select(entry => entry!.AsObject());

    /// <summary>Paths of the folders whose <c>cases.json</c> is of one of these kinds.</summary>
    public static IReadOnlyList<string> Folders(params string[] kinds) =>
    [
        .. Directory.EnumerateFiles(Root, "cases.json", SearchOption.AllDirectories)
            .Where(path => kinds.Contains(JsonDocument.Parse(File.ReadAllText(path)).RootElement.GetProperty("kind").GetString()))
            .Select(path => Path.GetDirectoryName(path)!)
            .Order(StringComparer.Ordinal)
    ];

    public static Golden Open(string folder) => new(folder);

    public bool Has(string name) => _tensors.Names.Contains(name);

    /// <summary>A tensor, owned by the caller or its scope.</summary>
    public Tensor Read(string name) => _tensors.Read(name);

    /// <summary>Tensor <paramref name="name"/> of a case, or the one that all cases share.</summary>
    public Tensor Read(JsonObject @case, string name)
    {
        string own = $"{@case["name"]}.{name}";
        return Read(Has(own) ? own : name);
    }

    /// <summary>Fails where the largest absolute difference is above the tolerance, or the shapes differ.</summary>
    public static void AssertNear(Tensor expected, Tensor actual, double tolerance, string what)
    {
        using IDisposable scope = NewDisposeScope();
        Assert.True(expected.shape.SequenceEqual(actual.shape), $"{what}: [{string.Join(", ", actual.shape)}], not [{string.Join(", ", expected.shape)}]");
        double gap = (expected.to_type(ScalarType.Float64) - actual.to_type(ScalarType.Float64)).abs().max().item<double>();
        Assert.True(gap <= tolerance, $"{what} is off by {gap:e2}, more than {tolerance:e0}");
    }

    public void Dispose() => _tensors.Dispose();
}
