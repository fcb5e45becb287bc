using System.Text.Json;
using RenderFarm.Errors;

namespace RenderFarm.Diffusion.Models.Wan.Text;

/// <summary>
/// A <c>tokenizer.json</c> of the unigram kind, as the tokenizers library writes it from a SentencePiece model: the same pieces and scores,
/// the normaliser's rules in base64, and the white space's handling as a list of steps.
/// </summary>
internal static class TokenizerJson
{
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/>, naming the file and what is wrong.</exception>
    public static SentencePieceModel Read(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            SentencePieceModel model = Read(document.RootElement);
            return model.Fault() is { } fault ? throw new InvalidDataException(fault) : model;
        }
        catch (Exception exception) when (
            exception is JsonException or IOException or UnauthorizedAccessException or InvalidDataException or InvalidOperationException
                or KeyNotFoundException or FormatException or IndexOutOfRangeException)
        {
            throw new RenderFarmException(ErrorCodes.InvalidModel, $"{path} is not a unigram tokenizer: {exception.Message}", exception);
        }
    }

    private static SentencePieceModel Read(JsonElement root)
    {
        JsonElement model = root.GetProperty("model");
        string? type = model.TryGetProperty("type", out JsonElement named) ? named.GetString() : null;
        if (type != "Unigram")
        {
            throw new InvalidDataException($"model.type is {type ?? "missing"}; Unigram is allowed");
        }

        HashSet<string> controls = root.TryGetProperty("added_tokens", out JsonElement added) && added.ValueKind == JsonValueKind.Array
            ? [.. added.EnumerateArray().Where(token => token.GetProperty("special").GetBoolean()).Select(token => token.GetProperty("content").GetString()!)]
            : [];
        controls.UnionWith(["</s>", "<pad>"]);
        int unknown = model.GetProperty("unk_id").GetInt32();
        SentencePiece[] pieces = [.. model.GetProperty("vocab").EnumerateArray().Select((entry, id) =>
        {
            string text = entry[0].GetString() ?? throw new InvalidDataException($"piece {id} has no text");
            SentencePieceKind kind = id == unknown ? SentencePieceKind.Unknown
                : controls.Contains(text) ? SentencePieceKind.Control
                : SentencePieceModel.ByteOf(text) is not null ? SentencePieceKind.Byte
                : SentencePieceKind.Normal;
            return new SentencePiece(text, entry[1].GetSingle(), kind);
        })];
        return new SentencePieceModel
        {
            Pieces = pieces,
            UnknownId = unknown,
            EndId = Array.FindIndex(pieces, piece => piece.Text == "</s>"),
            PaddingId = Math.Max(0, Array.FindIndex(pieces, piece => piece.Text == "<pad>")),
            ByteFallback = model.TryGetProperty("byte_fallback", out JsonElement fallback) && fallback.GetBoolean(),
            CharsMap = ReadNormaliser(root),
            AddDummyPrefix = ReadPreTokenizer(root),
        };
    }

    /// <summary>The compiled rules, if any; beside them only what squeezes white space, which is done in any case.</summary>
    private static byte[] ReadNormaliser(JsonElement root)
    {
        byte[] rules = [];
        foreach (JsonElement step in Steps(root, "normalizer", "normalizers"))
        {
            switch (step.GetProperty("type").GetString())
            {
                case "Precompiled":
                    rules = step.GetProperty("precompiled_charsmap").GetBytesFromBase64();
                    break;
                case "Strip":
                case "Replace" when step.GetProperty("pattern").TryGetProperty("Regex", out JsonElement regex) && regex.GetString() == " {2,}":
                    break;
                default:
                    throw new InvalidDataException($"normalizer is {step.GetProperty("type")}; Precompiled, Strip and Replace of spaces are allowed");
            }
        }

        return rules;
    }

    /// <summary>Whether a text begins with a space whether it has one or not; spaces must become U+2581.</summary>
    private static bool ReadPreTokenizer(JsonElement root)
    {
        JsonElement? escape = null;
        foreach (JsonElement step in Steps(root, "pre_tokenizer", "pretokenizers"))
        {
            string? type = step.GetProperty("type").GetString();
            if (type is not ("Metaspace" or "WhitespaceSplit"))
            {
                throw new InvalidDataException($"pre_tokenizer is {type}; Metaspace and WhitespaceSplit are allowed");
            }

            escape = type == "Metaspace" ? step : escape;
        }

        JsonElement metaspace = escape ?? throw new InvalidDataException("pre_tokenizer is missing; Metaspace is allowed");
        return metaspace.TryGetProperty("prepend_scheme", out JsonElement scheme)
            ? scheme.GetString() != "never"
            : !metaspace.TryGetProperty("add_prefix_space", out JsonElement adds) || adds.GetBoolean();
    }

    /// <summary>The members of a sequence, or the one step there is, or none.</summary>
    private static IEnumerable<JsonElement> Steps(JsonElement root, string field, string members)
    {
        if (!root.TryGetProperty(field, out JsonElement step) || step.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        return step.GetProperty("type").GetString() == "Sequence" ? step.GetProperty(members).EnumerateArray() : [step];
    }
}
