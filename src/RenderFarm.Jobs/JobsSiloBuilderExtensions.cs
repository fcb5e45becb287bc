using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Storage;
using RenderFarm.Jobs.State;

namespace RenderFarm.Jobs;

public static class JobsSiloBuilderExtensions
{
    /// <summary>
    /// What a control silo needs. It expects a <see cref="Diffusion.Models.ModelCatalogue"/> and a <see cref="Storage.IArtifactStore"/>
    /// among the services.
    /// </summary>
    public static ISiloBuilder AddRenderFarmJobs(this ISiloBuilder silo)
    {
        IServiceCollection services = silo.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<StartedJobs>();
        services.AddKeyedSingleton<IGrainStorage, ArtifactGrainStorage>(ArtifactGrainStorage.Name);
        services.AddSingleton<IValidateOptions<JobOptions>, JobOptionsValidator>();
        services.AddOptions<JobOptions>().BindConfiguration(JobOptions.Section).ValidateOnStart();
        services.AddHostedService<UnfinishedJobSweep>();
        return silo;
    }
}
