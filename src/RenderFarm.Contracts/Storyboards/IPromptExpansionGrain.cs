namespace RenderFarm.Storyboards;

/// <summary>Turns the user's words into a storyboard in the model's caption language. A stateless worker; the key is 0.</summary>
[Alias("IPromptExpansionGrain")]
public interface IPromptExpansionGrain : IGrainWithIntegerKey
{
    /// <param name="model">The model whose language the captions shall be in.</param>
    /// <param name="prompt">The user's words, not empty.</param>
    [Alias("Expand")]
    Task<Storyboard> Expand(string model, string prompt);
}
