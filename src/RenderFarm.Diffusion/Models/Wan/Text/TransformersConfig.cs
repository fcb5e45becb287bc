using System.Text.Json;
using RenderFarm.Errors;

namespace RenderFarm.Diffusion.Models.Wan.Text;

/// <summary>A configuration as the transformers library writes it (one JSON object), read field by field; a fault names file, field and value.</summary>
internal sealed class TransformersConfig
{
    private readonly string _path;
    private readonly JsonElement _root;

    private TransformersConfig(string path, JsonElement root)
    {
        _path = path;
        _root = root;
    }

    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/> when there is no such file or it is not a JSON object.</exception>
    public static TransformersConfig Read(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new TransformersConfig(path, document.RootElement.Clone())
                : throw new JsonException("it is not an object");
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new RenderFarmException(ErrorCodes.InvalidModel, $"{path} is not a configuration: {exception.Message}", exception);
        }
    }

    /// <summary>A field, or null where it is absent or null.</summary>
    public JsonElement? Find(string field) =>
        _root.TryGetProperty(field, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A whole number from 1 up.</summary>
    public int Count(string field, int? fallback = null) => Find(field) switch
    {
        null => fallback ?? throw Invalid(field, "is missing"),
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt32(out int count) && count > 0 => count,
        { } value => throw Invalid(field, $"is {value.GetRawText()}; whole numbers from 1 are allowed"),
    };

    /// <summary>A number above 0 and below 1.</summary>
    public double Fraction(string field, double fallback) => Find(field) switch
    {
        null => fallback,
        { ValueKind: JsonValueKind.Number } value when value.TryGetDouble(out double fraction) && fraction is > 0 and < 1 => fraction,
        { } value => throw Invalid(field, $"is {value.GetRawText()}; numbers above 0 and below 1 are allowed"),
    };

    /// <summary>One of the words that are allowed.</summary>
    public string Word(string field, string fallback, params string[] allowed) => Find(field) switch
    {
        null => fallback,
        { ValueKind: JsonValueKind.String } value when allowed.Contains(value.GetString()) => value.GetString()!,
        { } value => throw Invalid(field, $"is {value.GetRawText()}; allowed: {string.Join(", ", allowed)}"),
    };

    public RenderFarmException Invalid(string field, string fault) => new(ErrorCodes.InvalidModel, $"{_path}: {field} {fault}");
}
