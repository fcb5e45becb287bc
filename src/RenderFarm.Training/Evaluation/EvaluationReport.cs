using System.Text.Json;
using System.Text.Json.Serialization;
using RenderFarm.Diffusion.Models;

namespace RenderFarm.Training.Evaluation;

/// <summary>All figures of a model: what <c>eval.json</c> holds.</summary>
public sealed record EvaluationReport
{
    /// <summary>The file's name in the output folder.</summary>
    public const string FileName = "eval.json";

    private static readonly JsonSerializerOptions Json = new(ModelFile.Json) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public required string Model { get; init; }

    /// <summary>SHA-256 over the model's files: figures of other weights are another model's.</summary>
    public required string ModelHash { get; init; }

    /// <summary>How it was sampled: other steps give other figures.</summary>
    public required string Sampling { get; init; }

    public required int Seed { get; init; }

    /// <summary>By part; those that this call did not measure are an earlier one's.</summary>
    public required IReadOnlyDictionary<EvaluationPart, PartReport> Parts { get; init; }

    /// <summary>What is in a folder; null when there is nothing, or nothing that can be read.</summary>
    public static EvaluationReport? Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<EvaluationReport>(File.ReadAllText(path), Json) : null;
        }
        catch (JsonException)
        {
            // Written by another version: its figures cannot stand beside this one's.
            return null;
        }
    }

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public void Write(string folder)
    {
        string path = Path.Combine(folder, FileName);
        File.WriteAllText(path + ".part", ToJson() + "\n");
        File.Move(path + ".part", path, overwrite: true);
    }
}
