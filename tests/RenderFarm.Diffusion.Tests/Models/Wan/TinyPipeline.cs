namespace RenderFarm.Diffusion.Tests.Models.Wan;

/// <summary>A copy of one of the tiny reference pipelines, to be damaged at will.</summary>
internal sealed class TinyPipeline : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("renderfarm-wan-").FullName;

    /// <param name="name"><c>pipeline_t2v</c>, <c>pipeline_ti2v</c> or <c>pipeline_i2v</c>.</param>
    public TinyPipeline(string name)
    {
        string source = Path.Combine(AppContext.BaseDirectory, "golden", name);
        Folder = Path.Combine(_root, name);
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(Folder, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    public string Folder { get; }

    public string PathOf(params string[] parts) => Path.Combine([Folder, .. parts]);

    /// <summary>Replaces a text in a file, which must hold it.</summary>
    public void Edit(string file, string from, string to)
    {
        string path = Path.Combine(Folder, file), text = File.ReadAllText(path);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(from, to, StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
