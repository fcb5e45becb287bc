using Microsoft.Extensions.Options;
using RenderFarm.Diffusion.Models;
using RenderFarm.Errors;
using RenderFarm.Jobs;
using RenderFarm.Models;
using RenderFarm.Rendering.PromptExpansion.Language;
using RenderFarm.Storyboards;

namespace RenderFarm.Rendering.PromptExpansion;

/// <summary>By a language model where one is configured and the family reads plain English, and by rules everywhere else and where it fails.</summary>
/// <param name="models">Names each model's family.</param>
/// <param name="options">Say whether there is a language model.</param>
/// <param name="language">Made when it is first needed, since it wants a store to keep its answers in.</param>
internal sealed class PromptExpander(ModelCatalogue models, IOptions<PromptExpansionOptions> options, Lazy<LanguageModelExpander> language)
    : IPromptExpander
{
    private readonly bool _hasLanguageModel = options.Value.IsConfigured;

    public Expansion Choose(ModelDescriptor model, Expansion? wish) => wish switch
    {
        Expansion.Model when !RuleExpander.ReadsEnglish(model) =>
            throw Refused($"{model.Name} is of family {model.Family}, which has rules of its own"),
        Expansion.Model when !_hasLanguageModel =>
            throw Refused($"none is configured; set {PromptExpansionOptions.Section}:{nameof(PromptExpansionOptions.Endpoint)}"),
        null => _hasLanguageModel && RuleExpander.ReadsEnglish(model) ? Expansion.Model : Expansion.Rules,
        { } given => given,
    };

    public async Task<Storyboard> ExpandAsync(ExpansionRequest request, CancellationToken cancellationToken)
    {
        ModelDescriptor model = models.Find(request.Model);
        if (Choose(model, request.Expansion) == Expansion.Rules)
        {
            return RuleExpander.Expand(model, request.Prompt);
        }

        try
        {
            return await language.Value.ExpandAsync(request, model.Family, cancellationToken);
        }
        catch (LanguageModelException fault)
        {
            return WithNote(RuleExpander.Expand(model, request.Prompt), $"{fault.Message}; the shots follow your own words");
        }
    }

    private static Storyboard WithNote(Storyboard storyboard, string note) =>
        storyboard with { Shots = [storyboard.Shots[0] with { Notes = [note, .. storyboard.Shots[0].Notes] }, .. storyboard.Shots.Skip(1)] };

    private static RenderFarmException Refused(string why) => new(ErrorCodes.InvalidSpec, $"expand model is not allowed: {why}");
}
