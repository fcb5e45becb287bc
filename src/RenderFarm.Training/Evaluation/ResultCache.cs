using System.Text.Json;
using RenderFarm.Diffusion.Models;

namespace RenderFarm.Training.Evaluation;

/// <summary>Single results of a part, a line each, so that a stopped evaluation goes on where it was.</summary>
/// <param name="path">The file; its name holds all that the results depend on.</param>
internal sealed class ResultCache<T>(string path)
    where T : notnull
{
    private static readonly JsonSerializerOptions Json = new(ModelFile.Json) { WriteIndented = false };

    private readonly Dictionary<string, T> _kept = Read(path);

    /// <summary>Other where anything is that the results depend on; for names of what belongs to them.</summary>
    public string Tag => Path.GetFileNameWithoutExtension(path);

    /// <summary>Forgets what is known under a key.</summary>
    public void Forget(string key) => _kept.Remove(key);

    /// <summary>What is known under a key, or what a function makes now.</summary>
    /// <param name="key">Of the thing measured.</param>
    /// <param name="make">Measures it.</param>
    /// <param name="lines">Told of it.</param>
    public T Take(string key, Func<T> make, ProgressLines lines)
    {
        bool wasKept = _kept.TryGetValue(key, out T? value);
        if (value is null || !wasKept)
        {
            value = make();
            _kept[key] = value;
            File.AppendAllText(path, JsonSerializer.Serialize(new Line(key, value), Json) + "\n");
        }

        lines.Add(wasKept);
        return value;
    }

    private static Dictionary<string, T> Read(string path)
    {
        Dictionary<string, T> kept = [];
        foreach (string text in File.Exists(path) ? File.ReadAllLines(path) : [])
        {
            try
            {
                Line line = JsonSerializer.Deserialize<Line>(text, Json)!;
                kept[line.Key] = line.Value;
            }
            catch (JsonException)
            {
                // The line that a stop cut short is measured again.
            }
        }

        if (File.Exists(path) && !File.ReadAllText(path).EndsWith('\n'))
        {
            File.AppendAllText(path, "\n");
        }

        return kept;
    }

    private sealed record Line(string Key, T Value);
}
