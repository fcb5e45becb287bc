using RenderFarm.Diffusion.Tensors;
using static TorchSharp.torch;

namespace RenderFarm.Cli.Tests.Models;

/// <summary>Copies of the tiny text-to-video pipeline.</summary>
internal static class TinyPipeline
{
    public const string Transformer = "transformer/diffusion_pytorch_model.safetensors";
    public const string Vae = "vae/diffusion_pytorch_model.safetensors";

    /// <summary>Copies it into a new folder, with a README that names a licence.</summary>
    public static string CopyTo(string folder, string? licence = "apache-2.0")
    {
        string source = Path.Combine(AppContext.BaseDirectory, "golden", "pipeline_t2v");
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(folder, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        File.WriteAllText(Path.Combine(folder, "README.md"), licence is null ? "# Tiny\n" : $"---\nlicense: {licence}\n---\n# Tiny\n");
        return folder;
    }

    /// <summary>Splits its transformer's weights into two shards with their index; gives the shards' paths.</summary>
    public static (string First, string Second) Shard(string folder)
    {
        using IDisposable scope = NewDisposeScope();
        string whole = Path.Combine(folder, Transformer);
        Dictionary<string, Tensor> tensors;
        using (var file = SafetensorsFile.Open(whole))
        {
            tensors = file.Names.ToDictionary(name => name, file.Read);
        }

        File.Delete(whole);
        string[] shards = ["diffusion_pytorch_model-00001-of-00002.safetensors", "diffusion_pytorch_model-00002-of-00002.safetensors"];
        Dictionary<string, string> shardOf = tensors.Keys.Order(StringComparer.Ordinal).Select((name, i) => (name, shards[i % 2])).ToDictionary();
        foreach (string shard in shards)
        {
            SafetensorsWriter.Write(
                Path.Combine(folder, "transformer", shard), tensors.Where(entry => shardOf[entry.Key] == shard).ToDictionary());
        }

        File.WriteAllText(whole + ".index.json", System.Text.Json.JsonSerializer.Serialize(new { metadata = new { }, weight_map = shardOf }));
        return ($"transformer/{shards[0]}", $"transformer/{shards[1]}");
    }

    /// <summary>Turns one bit of a file round; its length and time stay.</summary>
    public static void Damage(string path)
    {
        DateTime written = File.GetLastWriteTimeUtc(path);
        byte[] content = File.ReadAllBytes(path);
        content[^1] ^= 1;
        File.WriteAllBytes(path, content);
        File.SetLastWriteTimeUtc(path, written);
    }
}
