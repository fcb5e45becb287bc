using RenderFarm.Storyboards;

namespace RenderFarm.Rendering.PromptExpansion;

/// <summary>Turns the user's words into shots in a model's caption language.</summary>
public interface IPromptExpander
{
    /// <param name="model">The model whose language the captions shall be in.</param>
    /// <param name="prompt">The user's words, not empty.</param>
    Storyboard Expand(string model, string prompt);
}
