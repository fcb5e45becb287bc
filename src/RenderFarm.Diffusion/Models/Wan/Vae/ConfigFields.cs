using System.Globalization;
using System.Text.Json;
using RenderFarm.Errors;

namespace RenderFarm.Diffusion.Models.Wan.Vae;

/// <summary>Reads the keys of a component's <c>config.json</c>; a key whose value is null counts as missing.</summary>
/// <param name="path">The file, for messages.</param>
/// <param name="root">Its object.</param>
internal sealed class ConfigFields(string path, JsonElement root)
{
    public bool Has(string key) => Find(key) is not null;

    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/> when the key is there with another value.</exception>
    public void Require(string key, string value) =>
        Check(key, Find(key) is not { } element || (element.ValueKind == JsonValueKind.String && element.ValueEquals(value)), $"\"{value}\"");

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

    private JsonElement? Find(string key)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new RenderFarmException(ErrorCodes.InvalidModel, $"{path} holds no JSON object");
        }

        return root.TryGetProperty(key, out JsonElement element) && element.ValueKind != JsonValueKind.Null ? element : null;
    }

    private RenderFarmException Missing(string key) => new(ErrorCodes.InvalidModel, $"{path}: '{key}' is missing");

    private RenderFarmException Fault(string key, string allowed) =>
        new(ErrorCodes.InvalidModel, $"{path}: '{key}' is {(Find(key) is { } element ? element.GetRawText() : "missing")}, not {allowed}");
}
