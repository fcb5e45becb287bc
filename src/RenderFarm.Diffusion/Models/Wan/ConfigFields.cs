using System.Globalization;
using System.Text.Json;
using RenderFarm.Errors;

namespace RenderFarm.Diffusion.Models.Wan;

/// <summary>
/// The keys of a configuration as Diffusers and transformers write them, one JSON object; a key whose value is null counts as missing.
/// Faults are <see cref="ErrorCodes.InvalidModel"/> and name the file, the key, its value and what is allowed.
/// </summary>
internal sealed class ConfigFields
{
    private readonly string _path;
    private readonly JsonElement _root;

    private ConfigFields(string path, JsonElement root)
    {
        _path = path;
        _root = root;
    }

    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/> when there is no such file or it is not a JSON object.</exception>
    public static ConfigFields Read(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new ConfigFields(path, document.RootElement.Clone())
                : throw new JsonException("it is not an object");
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new RenderFarmException(ErrorCodes.InvalidModel, $"{path} is not a configuration: {exception.Message}", exception);
        }
    }

    public bool Has(string key) => Find(key) is not null;

    /// <summary>Whether the key is there with a text.</summary>
    public bool Is(string key, string text) => Find(key) is { ValueKind: JsonValueKind.String } element && element.ValueEquals(text);

    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/> when the key is there with another value.</exception>
    public void Require(string key, params string[] values) =>
        Check(key, !Has(key) || values.Any(value => Is(key, value)), string.Join(" or ", values.Select(value => $"\"{value}\"")));

    /// <summary>One of some words; <paramref name="missing"/> where the key is missing.</summary>
    public string Word(string key, string missing, params string[] allowed)
    {
        Require(key, allowed);
        return Find(key)?.GetString() ?? missing;
    }

    /// <summary>A whole number from 1 up; <paramref name="missing"/> where the key is missing, and an error where that is null.</summary>
    public int Count(string key, int? missing = null) => (int)Integer(key, 1, int.MaxValue, missing);

    /// <summary>An object within; null where the key holds none.</summary>
    public ConfigFields? Within(string key) => Find(key) is { ValueKind: JsonValueKind.Object } element ? new ConfigFields($"{_path}, {key}", element) : null;

    /// <summary>A number within two bounds; <paramref name="missing"/> where the key is missing, and an error where that is null.</summary>
    public double Number(string key, double least, double most, double? missing = null) => Find(key) switch
    {
        null => missing ?? throw Missing(key),
        { ValueKind: JsonValueKind.Number } element when element.TryGetDouble(out double number) && number >= least && number <= most => number,
        _ => throw Fault(key, string.Create(CultureInfo.InvariantCulture, $"{least} to {most}")),
    };

    /// <summary>
    /// A whole number; <paramref name="missing"/>, which must be allowed too, where the key is missing, and an error where that is null.
    /// </summary>
    public long Integer(string key, long least, long most, long? missing = null)
    {
        long number = Find(key) is { } element ? Integer(key, element, least, most) : missing ?? throw Missing(key);
        Check(key, number >= least && number <= most, Range(least, most));
        return number;
    }

    public bool Flag(string key, bool missing) => Find(key) is { } element ? Flag(key, element) : missing;

    public IReadOnlyList<long> Integers(string key, long least, long most) => List(key, element => Integer(key, element, least, most));

    public IReadOnlyList<bool> Flags(string key) => List(key, element => Flag(key, element));

    public IReadOnlyList<float> Numbers(string key) => List(key, element =>
        element.ValueKind == JsonValueKind.Number && element.TryGetSingle(out float number) && float.IsFinite(number)
            ? number
            : throw Fault(key, "a list of numbers"));

    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/> when <paramref name="holds"/> is false.</exception>
    public void Check(string key, bool holds, string allowed)
    {
        if (!holds)
        {
            throw Fault(key, allowed);
        }
    }

    private long Integer(string key, JsonElement element, long least, long most) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out long number) && number >= least && number <= most
            ? number
            : throw Fault(key, Range(least, most));

    private static string Range(long least, long most) => least == most ? least.ToString(CultureInfo.InvariantCulture) : $"{least} to {most}";

    private bool Flag(string key, JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Fault(key, "true or false"),
    };

    private T[] List<T>(string key, Func<JsonElement, T> read) => Find(key) switch
    {
        null => throw Missing(key),
        { ValueKind: JsonValueKind.Array } element => [.. element.EnumerateArray().Select(read)],
        _ => throw Fault(key, "a list"),
    };

    private JsonElement? Find(string key) =>
        _root.TryGetProperty(key, out JsonElement element) && element.ValueKind != JsonValueKind.Null ? element : null;

    private RenderFarmException Missing(string key) => new(ErrorCodes.InvalidModel, $"{_path}: {key} is missing");

    private RenderFarmException Fault(string key, string allowed) =>
        new(ErrorCodes.InvalidModel, $"{_path}: {key} is {(Find(key) is { } element ? element.GetRawText() : "missing")}; allowed: {allowed}");
}
