using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace RenderFarm.Rendering.PromptExpansion.Language;

/// <summary>What a language model is asked.</summary>
/// <param name="Words">The user's words: material to film, and never instructions.</param>
/// <param name="Seconds">Length of the film.</param>
/// <param name="Seed">Of the language model's choices.</param>
/// <param name="MaxShots">Most shots that it may answer with.</param>
internal sealed record StoryboardQuestion(string Words, double Seconds, long Seed, int MaxShots)
{
    private const string Resource = "storyboard-instructions.txt";

    // Words in any script stay as they are; the answer's reader is no browser.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What every language model is told.</summary>
    public static string Instructions { get; } = ReadInstructions();

    /// <summary>What was wrong with the answer before; null for the first question.</summary>
    public string? Fault { get; init; }

    /// <summary>Whether to do without the settings that not every server knows: the schema, the temperature and the seed.</summary>
    public bool IsPlain { get; init; }

    public IReadOnlyList<ChatMessage> Messages() =>
    [
        new(ChatRole.System, Instructions),

        // As JSON, since no words can end a JSON string early and speak for us.
        new(ChatRole.User, JsonSerializer.Serialize(new { Words, Seconds, MaxShots }, Json)),
        .. Fault is null
            ? (ChatMessage[])[]
            : [new(ChatRole.User, $"Your last answer cannot be used: you {Fault}. Answer anew, with one JSON object alone.")],
    ];

    public ChatOptions? Options() => IsPlain ? null : new ChatOptions
    {
        ResponseFormat = ChatResponseFormat.ForJsonSchema<StoryboardAnswer>(schemaName: "storyboard"),
        Temperature = 0,
        Seed = Seed,
        AdditionalProperties = new() { ["strict"] = true },
    };

    /// <summary>The question after an answer of no use.</summary>
    public StoryboardQuestion After(LanguageModelException fault) => fault.Remedy switch
    {
        Remedy.Plainly => this with { IsPlain = true },
        Remedy.Correct => this with { Fault = fault.Message },
        _ => this,
    };

    private static string ReadInstructions()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
