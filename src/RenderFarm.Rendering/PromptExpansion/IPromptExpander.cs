using RenderFarm.Errors;
using RenderFarm.Jobs;
using RenderFarm.Models;
using RenderFarm.Storyboards;

namespace RenderFarm.Rendering.PromptExpansion;

/// <summary>Turns the user's words into shots in a model's caption language.</summary>
public interface IPromptExpander
{
    /// <summary>Who will write the shots.</summary>
    /// <param name="model">The model that the shots are for.</param>
    /// <param name="wish">What was asked for; null for the default: the language model where there is one and the model reads plain English.</param>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidSpec"/> for a language model where there is none, or none of use.</exception>
    Expansion Choose(ModelDescriptor model, Expansion? wish);

    /// <summary>The shots; those of a language model that fails are the rules', and say so.</summary>
    /// <exception cref="RenderFarmException">As <see cref="Choose"/>, as the model catalogue, or for a store that cannot keep the shots.</exception>
    Task<Storyboard> ExpandAsync(ExpansionRequest request, CancellationToken cancellationToken);
}
