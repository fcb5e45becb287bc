using RenderFarm.Diffusion.Models;
using RenderFarm.Rendering.PromptExpansion.Pocket;
using RenderFarm.Storyboards;

namespace RenderFarm.Rendering.PromptExpansion;

/// <summary>By rules alone: each family's own for pocket, and the user's words shot by shot for families that read plain English.</summary>
public sealed class PromptExpander(ModelCatalogue models) : IPromptExpander
{
    public Storyboard Expand(string model, string prompt) => models.Find(model).Family switch
    {
        "pocket" => PocketPromptExpander.Expand(model, prompt),
        _ => new Storyboard
        {
            Shots = [.. ShotSplitter.Split(prompt).Select(words => new Shot { Caption = words.Text, Source = words.Text })],
        },
    };
}
