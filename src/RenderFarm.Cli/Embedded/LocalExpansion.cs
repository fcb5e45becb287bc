using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using RenderFarm.Diffusion.Models;
using RenderFarm.Errors;
using RenderFarm.Rendering.PromptExpansion;
using RenderFarm.Storage;

namespace RenderFarm.Cli.Embedded;

/// <summary>Expands prompts as a farm of this process would. A language model's answers are kept in the home, where a farm finds them.</summary>
internal sealed class LocalExpansion : IDisposable
{
    private readonly ServiceProvider _services;

    /// <param name="models">The models that shots are written for.</param>
    /// <param name="home">Made when it first has something to keep.</param>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidSpec"/> for a configured value that is not allowed.</exception>
    public LocalExpansion(ModelCatalogue models, string home)
    {
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddEnvironmentVariables().Build())
            .AddSingleton(models)
            .AddSingleton<IArtifactStore>(_ => new FolderArtifactStore(home))
            .AddPromptExpansion()
            .BuildServiceProvider();
        try
        {
            Expander = _services.GetRequiredService<IPromptExpander>();
        }
        catch (Exception exception) when (ConfigurationFault.Of(exception) is { } fault)
        {
            _services.Dispose();
            throw fault;
        }
    }

    public IPromptExpander Expander { get; }

    public void Dispose() => _services.Dispose();
}
