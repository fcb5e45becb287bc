using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using RenderFarm.Rendering.PromptExpansion.Language;

namespace RenderFarm.Rendering.PromptExpansion;

public static class PromptExpansionServices
{
    /// <summary>
    /// An <see cref="IPromptExpander"/>. It expects a <see cref="Diffusion.Models.ModelCatalogue"/>, the configuration and logging among the
    /// services, and an <see cref="Storage.IArtifactStore"/> where a language model is asked.
    /// </summary>
    public static IServiceCollection AddPromptExpansion(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IValidateOptions<PromptExpansionOptions>, PromptExpansionOptionsValidator>();
        services.AddOptions<PromptExpansionOptions>().BindConfiguration(PromptExpansionOptions.Section).ValidateOnStart();
        services.AddSingleton<LanguageModelExpander>();
        services.AddSingleton(provider => new Lazy<LanguageModelExpander>(provider.GetRequiredService<LanguageModelExpander>));
        services.TryAddSingleton<IPromptExpander, PromptExpander>();
        return services;
    }
}
