using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using RenderFarm.Rendering.Checkpoints;
using RenderFarm.Rendering.Devices;
using RenderFarm.Rendering.PromptExpansion;
using RenderFarm.Rendering.Stitching;

namespace RenderFarm.Rendering;

public static class RenderingSiloBuilderExtensions
{
    /// <summary>
    /// What a silo with a device needs. It expects a <see cref="Diffusion.Models.ModelCatalogue"/> and
    /// a <see cref="Storage.IArtifactStore"/> among the services.
    /// </summary>
    public static ISiloBuilder AddRenderFarmRendering(this ISiloBuilder silo)
    {
        IServiceCollection services = silo.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IModelLoader, CatalogueModelLoader>();
        services.AddPromptExpansion();
        services.AddSingleton<DeviceExecutor>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, DeviceExecutorLifecycle>();
        services.AddSingleton<IValidateOptions<DeviceOptions>, DeviceOptionsValidator>();
        services.AddSingleton<IValidateOptions<CheckpointOptions>, CheckpointOptionsValidator>();
        services.AddSingleton<IValidateOptions<StitchingOptions>, StitchingOptionsValidator>();
        services.AddOptions<DeviceOptions>().BindConfiguration(DeviceOptions.Section).ValidateOnStart();
        services.AddOptions<CheckpointOptions>().BindConfiguration(CheckpointOptions.Section).ValidateOnStart();
        services.AddOptions<StitchingOptions>().BindConfiguration(StitchingOptions.Section).ValidateOnStart();
        return silo;
    }
}
