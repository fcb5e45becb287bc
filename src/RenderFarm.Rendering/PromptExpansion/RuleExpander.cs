using RenderFarm.Models;
using RenderFarm.Rendering.PromptExpansion.Pocket;
using RenderFarm.Storyboards;

namespace RenderFarm.Rendering.PromptExpansion;

/// <summary>By rules alone: each family's own for pocket, and the user's words shot by shot for families that read plain English.</summary>
internal static class RuleExpander
{
    /// <summary>Whether a model's captions are plain English, and not a language of its own that only rules know.</summary>
    public static bool ReadsEnglish(ModelDescriptor model) => model.Family != "pocket";

    public static Storyboard Expand(ModelDescriptor model, string prompt) => ReadsEnglish(model)
        ? new Storyboard { Shots = [.. ShotSplitter.Split(prompt).Select(words => new Shot { Caption = words.Text, Source = words.Text })] }
        : PocketPromptExpander.Expand(model.Name, prompt);
}
