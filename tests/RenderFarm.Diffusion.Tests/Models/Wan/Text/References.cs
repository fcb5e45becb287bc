using System.IO.Compression;
using System.Text.Json;

namespace RenderFarm.Diffusion.Tests.Models.Wan.Text;

/// <summary>What other programs make of given inputs; <c>reference/README.md</c> says which.</summary>
internal static class References
{
    public static string Path(params string[] parts) => System.IO.Path.Combine([AppContext.BaseDirectory, "reference", .. parts]);

    public static JsonElement Read(params string[] parts)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path(parts)));
        return document.RootElement.Clone();
    }

    /// <summary>A reference model's file: <c>umt5</c> or <c>plain</c>.</summary>
    public static byte[] Model(string name)
    {
        string whole = Path("tokenizer", $"{name}.model");
        if (File.Exists(whole))
        {
            return File.ReadAllBytes(whole);
        }

        using BrotliStream stream = new(File.OpenRead(whole + ".br"), CompressionMode.Decompress);
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
