using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using RenderFarm.Diffusion.Models;
using RenderFarm.Errors;
using RenderFarm.Jobs;
using RenderFarm.Rendering;
using RenderFarm.Rendering.Stitching;
using RenderFarm.Storage;

namespace RenderFarm.Cli.Embedded;

/// <summary>A whole farm in this process: one silo, folder storage, loopback only. One a home at a time.</summary>
internal sealed class EmbeddedFarm : IAsyncDisposable
{
    /// <summary>One step that cannot be broken off, and a checkpoint.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(8);

    private readonly string _home;
    private readonly FarmLock _lock;
    private readonly IHost _host;

    private EmbeddedFarm(string home, FarmLock taken, IHost host)
    {
        _home = home;
        _lock = taken;
        _host = host;
    }

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    public IArtifactStore Artifacts => _host.Services.GetRequiredService<IArtifactStore>();

    /// <summary>Starts a farm, or gives null when another process runs one in this home.</summary>
    /// <exception cref="RenderFarmException">
    /// <see cref="ErrorCodes.StorageFailed"/> when the home cannot be written, <see cref="ErrorCodes.InvalidSpec"/> for a configured value
    /// that is not allowed.
    /// </exception>
    public static async Task<EmbeddedFarm?> TryStartAsync(EmbeddedFarmOptions options, CancellationToken cancellationToken = default)
    {
        FarmLock? taken = FarmLock.TryTake(options.Home);
        if (taken is null)
        {
            return null;
        }

        IHost? host = null;
        try
        {
            ClearLeftovers(options.Home);
            int siloPort = FreePort();
            int gatewayPort = FreePort();
            host = Build(options, siloPort, gatewayPort);
            await host.StartAsync(cancellationToken);
            if (options.IsShared)
            {
                new FarmFile(Environment.ProcessId, gatewayPort, options.ModelsFolder).Write(options.Home);
            }

            return new EmbeddedFarm(options.Home, taken, host);
        }
        catch (Exception exception)
        {
            host?.Dispose();
            taken.Dispose();
            if (Known(exception, options.Home) is { } known)
            {
                throw known;
            }

            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        FarmFile.Delete(_home);
        try
        {
            using var timeout = new CancellationTokenSource(ShutdownTimeout);
            await _host.StopAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            // Its time is up: what runs is left as a crash would leave it, which every job survives.
        }
        finally
        {
            _host.Dispose();
            _lock.Dispose();
        }
    }

    /// <summary>Half-written files of processes that were killed.</summary>
    private static void ClearLeftovers(string home)
    {
        string working = WorkingFolder(home);
        if (Directory.Exists(working))
        {
            Directory.Delete(working, recursive: true);
        }
    }

    private static string WorkingFolder(string home) => Path.Combine(home, "working");

    private static IHost Build(EmbeddedFarmOptions options, int siloPort, int gatewayPort)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration
            .AddInMemoryCollection([new($"{StitchingOptions.Section}:{nameof(StitchingOptions.WorkingFolder)}", WorkingFolder(options.Home))])
            .AddEnvironmentVariables();
        builder.Logging.AddProvider(new FileLoggerProvider(Path.Combine(options.Home, "logs", "farm.log"))).SetMinimumLevel(LogLevel.Warning);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        builder.Services.AddSingleton(new ModelCatalogue(options.ModelsFolder, options.Home));
        builder.Services.AddSingleton<IArtifactStore>(new FolderArtifactStore(options.Home));
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(siloPort, gatewayPort, serviceId: FarmConnection.Service, clusterId: FarmConnection.Service);
            silo.Configure<EndpointOptions>(endpoint => endpoint.AdvertisedIPAddress = IPAddress.Loopback);
            silo.AddRenderFarmJobs().AddRenderFarmRendering();
            // What another process left unfinished waits for its user's word.
            silo.Services.PostConfigure<JobOptions>(jobs => jobs.ResumeUnfinished = false);
        });
        return builder.Build();
    }

    private static RenderFarmException? Known(Exception exception, string home) => ConfigurationFault.Of(exception) ?? exception switch
    {
        _ when DiskSpace.IsExhausted(exception) => new RenderFarmException(ErrorCodes.StorageFull, $"no space left in {home}", exception),
        IOException or UnauthorizedAccessException =>
            new RenderFarmException(ErrorCodes.StorageFailed, $"{home} cannot be written: {exception.Message}", exception),
        _ => null,
    };

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
