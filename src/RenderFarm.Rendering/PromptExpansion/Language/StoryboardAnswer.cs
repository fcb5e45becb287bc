using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using RenderFarm.Storyboards;

namespace RenderFarm.Rendering.PromptExpansion.Language;

/// <summary>What a language model is asked to answer. It may hold anything: only <see cref="Read"/> makes shots of it.</summary>
internal sealed record StoryboardAnswer
{
    /// <summary>Longest caption in characters: the text encoders of the models read about 512 tokens.</summary>
    public const int MaxCaptionLength = 2000;

    /// <summary>Longest description of the subject in characters; it stands in every caption.</summary>
    public const int MaxSubjectLength = 500;

    private const double MinShare = 0.01;
    private const double MaxShare = 100;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { MaxDepth = 8 };

    [Description("The words that describe whom or what the film follows, the same in every caption; empty where it follows nothing.")]
    public string? Subject { get; init; }

    public required IReadOnlyList<ShotAnswer> Shots { get; init; }

    /// <summary>The shots of an answer, as plain text of one line each.</summary>
    /// <param name="text">JSON by the schema, or such JSON with a fence or talk around it.</param>
    /// <param name="maxShots">Most shots allowed.</param>
    /// <exception cref="LanguageModelException">To be corrected, with what is wrong.</exception>
    public static Storyboard Read(string text, int maxShots)
    {
        StoryboardAnswer answer = Parse(text);
        if (answer.Shots.Count is 0 || answer.Shots.Count > maxShots)
        {
            throw Wrong($"wrote {answer.Shots.Count} shots, where 1 to {maxShots} are allowed");
        }

        string subject = CaptionText.Clean(answer.Subject ?? "").TrimEnd('.');
        return subject.Length <= MaxSubjectLength
            ? new Storyboard { Shots = [.. answer.Shots.Select((shot, i) => ToShot(shot, i + 1, subject))] }
            : throw Wrong($"wrote a subject of {subject.Length} characters, where {MaxSubjectLength} are allowed");
    }

    private static StoryboardAnswer Parse(string text)
    {
        (int begin, int end) = (text.IndexOf('{', StringComparison.Ordinal), text.LastIndexOf('}'));
        if (begin < 0 || end < begin)
        {
            throw Wrong($"wrote something that is not JSON");
        }

        try
        {
            StoryboardAnswer? answer = JsonSerializer.Deserialize<StoryboardAnswer>(text.AsSpan(begin, end + 1 - begin), Json);
            return answer is { Shots: not null } && answer.Shots.All(shot => shot is { Caption: not null })
                ? answer
                : throw new JsonException("a shot or its caption is null");
        }
        catch (JsonException)
        {
            throw Wrong($"wrote something that is not JSON by the schema");
        }
    }

    private static Shot ToShot(ShotAnswer shot, int number, string subject)
    {
        string caption = CaptionText.Clean(shot.Caption);
        if (!caption.Any(char.IsLetter))
        {
            throw Wrong($"wrote an empty caption for shot {number}");
        }

        // The subject keeps its look from shot to shot only where each caption has it word for word, whatever the language model did.
        if (shot.ShowsSubject && !caption.Contains(subject, StringComparison.OrdinalIgnoreCase))
        {
            caption = $"{subject}. {caption}";
        }

        return caption.Length > MaxCaptionLength
            ? throw Wrong($"wrote {caption.Length} characters for shot {number}, where {MaxCaptionLength} are allowed")
            : shot.Share is >= MinShare and <= MaxShare
            ? new Shot { Caption = caption, Share = shot.Share }
            : throw Wrong($"gave shot {number} the share {shot.Share}, where {MinShare} to {MaxShare} are allowed");
    }

    private static LanguageModelException Wrong(FormattableString what) => new(what.ToString(CultureInfo.InvariantCulture), Remedy.Correct);
}
