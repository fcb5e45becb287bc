using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RenderFarm.Diffusion.Models;
using RenderFarm.Rendering.PromptExpansion;
using RenderFarm.Storage;
using RenderFarm.Storyboards;

namespace RenderFarm.Rendering.Tests.PromptExpansion.Language;

/// <summary>What every test of expansion by a language model needs: models of two families, a store, and what was logged.</summary>
public abstract class LanguageModelTest : IDisposable
{
    protected const string Prompt = "a ginger cat walks along a wall, then it sleeps";

    private readonly string _folder = Directory.CreateTempSubdirectory("renderfarm-language-").FullName;
    private readonly List<ServiceProvider> _services = [];

    protected LanguageModelTest() => Models = ModelFolders.Create(Path.Combine(_folder, "models"));

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>"film" of family wan, and "pocket".</summary>
    private protected ModelCatalogue Models { get; }

    private protected LogLines Log { get; } = new();

    protected string StoreFolder => Path.Combine(_folder, "store");

    protected static ExpansionRequest Request { get; } = new() { Model = ModelFolders.Film, Prompt = Prompt, Seed = 7, Seconds = 20 };

    /// <summary>Two shots that no rule would write.</summary>
    protected static object GoodAnswer { get; } = new
    {
        subject = "a slender ginger cat with a white chin and a red collar",
        shots = new[]
        {
            new { caption = "A slender ginger cat with a white chin and a red collar walks along a wall. The camera pans.", showsSubject = true, share = 2.0 },
            new { caption = "In the warm evening sun it sleeps on the stones. The camera is still.", showsSubject = true, share = 1.0 },
        },
    };

    public void Dispose()
    {
        _services.ForEach(services => services.Dispose());
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The expander of a process that is configured so.</summary>
    private protected IPromptExpander Expander(string endpoint, params (string Option, string Value)[] options)
    {
        var settings = new Dictionary<string, string?> { ["Endpoint"] = endpoint, ["Model"] = "stub", ["TimeoutSeconds"] = "600" };
        foreach ((string option, string value) in options)
        {
            settings[option] = value;
        }

        ServiceProvider services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(Log).SetMinimumLevel(LogLevel.Trace))
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(
                settings.Select(setting => KeyValuePair.Create($"{PromptExpansionOptions.Section}:{setting.Key}", setting.Value))).Build())
            .AddSingleton<TimeProvider>(new HurriedTime())
            .AddSingleton(Models)
            .AddSingleton<IArtifactStore>(_ => new FolderArtifactStore(StoreFolder))
            .AddPromptExpansion()
            .BuildServiceProvider();
        _services.Add(services);
        return services.GetRequiredService<IPromptExpander>();
    }

    /// <summary>The note that says why the shots are the rules', after checking that they are.</summary>
    private protected static string RequireRules(Storyboard storyboard)
    {
        Assert.Equal(["a ginger cat walks along a wall", "it sleeps"], storyboard.Shots.Select(shot => shot.Caption));
        Assert.Empty(storyboard.Shots[1].Notes);
        return Assert.Single(storyboard.Shots[0].Notes);
    }
}
