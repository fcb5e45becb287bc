using System.Text.Json;
using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Rendering.PromptExpansion.Pocket;

namespace RenderFarm.Rendering.Tests.PromptExpansion;

/// <summary>Sentences that were written without sight of the rules.</summary>
public sealed class FreeSentenceTests
{
    private const double LeastRight = 0.9;

    [Fact]
    public void Expand_FreeSentences_AreMostlyRight()
    {
        using Stream stream = typeof(FreeSentenceTests).Assembly.GetManifestResourceStream("free-sentences.json")!;
        FreeSentence[] sentences = JsonSerializer.Deserialize<FreeSentence[]>(stream, JsonSerializerOptions.Web)!;

        string[] wrong = [.. sentences.Select(Fault).OfType<string>()];

        string result = $"{sentences.Length - wrong.Length} of {sentences.Length} are right; wrong are:\n{string.Join('\n', wrong)}";
        TestContext.Current.TestOutputHelper!.WriteLine(result);
        Assert.Equal(200, sentences.Length);
        Assert.True(sentences.Length - wrong.Length >= LeastRight * sentences.Length, result);
    }

    /// <summary>What is wrong with the first shot; null where nothing is.</summary>
    private static string? Fault(FreeSentence sentence)
    {
        PocketCaption caption = PocketPromptExpander.Shots("pocket", sentence.Prompt)[0].Caption;
        string[] faults = [.. new[] { Compare(sentence.Subject, caption.Subject), Compare(sentence.Colour, caption.Colour), Compare(sentence.Place, caption.Place) }.OfType<string>()];
        return faults.Length == 0 ? null : $"{sentence.Prompt}: {string.Join(", ", faults)}";

        static string? Compare(string? expected, string? actual) => expected is null || expected == actual ? null : $"{actual} for {expected}";
    }

    /// <param name="Prompt">The user's words.</param>
    /// <param name="Subject">The subject of the first shot; null where any will do, as for the others.</param>
    /// <param name="Colour">Its colour.</param>
    /// <param name="Place">Where it is.</param>
    private sealed record FreeSentence(string Prompt, string? Subject, string? Colour, string? Place);
}
