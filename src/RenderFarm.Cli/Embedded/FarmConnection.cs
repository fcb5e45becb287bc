using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RenderFarm.Errors;
using RenderFarm.Storage;

namespace RenderFarm.Cli.Embedded;

/// <summary>A way to a home's farm: the one that another process runs there, or else one of our own.</summary>
internal sealed class FarmConnection : IAsyncDisposable
{
    internal const string Service = "renderfarm";

    /// <summary>How long another process may take from its lock to its gateway, or from its end to the lock's.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly IAsyncDisposable? _farm;
    private readonly IHost? _client;
    private readonly EmbeddedFarmOptions _options;
    private readonly FarmFile? _other;

    private FarmConnection(EmbeddedFarm farm, EmbeddedFarmOptions options)
    {
        _farm = farm;
        _options = options;
        (Grains, Artifacts, IsOwn) = (farm.Grains, farm.Artifacts, true);
    }

    private FarmConnection(IHost client, FarmFile other, EmbeddedFarmOptions options)
    {
        _client = client;
        _other = other;
        _options = options;
        (Grains, Artifacts) = (client.Services.GetRequiredService<IGrainFactory>(), new FolderArtifactStore(options.Home));
    }

    public IGrainFactory Grains { get; }

    public IArtifactStore Artifacts { get; }

    /// <summary>Whether the farm is in this process: jobs run only while this lives.</summary>
    public bool IsOwn { get; }

    /// <summary>Whether the process that ran the farm is gone, and its jobs wait for another.</summary>
    public bool IsLost => !IsOwn && FarmFile.Read(_options.Home) != _other;

    /// <summary>A connection in place of one that is lost.</summary>
    public Task<FarmConnection> ReopenAsync(CancellationToken cancellationToken) => OpenAsync(_options, cancellationToken);

    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.FarmBusy"/> when another process has the home but does not answer.</exception>
    public static async Task<FarmConnection> OpenAsync(EmbeddedFarmOptions options, CancellationToken cancellationToken = default)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        while (true)
        {
            if (await EmbeddedFarm.TryStartAsync(options, cancellationToken) is { } own)
            {
                return new FarmConnection(own, options);
            }

            if (FarmFile.Read(options.Home) is { } farm && await TryConnectAsync(farm, patience.Token) is { } client)
            {
                if (options.IsShared && farm.ModelsFolder != options.ModelsFolder)
                {
                    await client.StopAsync(cancellationToken);
                    client.Dispose();
                    throw new RenderFarmException(
                        ErrorCodes.InvalidSpec,
                        $"models {options.ModelsFolder} is not allowed now: process {farm.Pid} runs the farm in {options.Home} with {farm.ModelsFolder}");
                }

                return new FarmConnection(client, farm, options);
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (patience.IsCancellationRequested)
            {
                throw new RenderFarmException(ErrorCodes.FarmBusy, $"another process has {options.Home} but its farm does not answer");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_farm is not null)
        {
            await _farm.DisposeAsync();
        }

        if (_client is not null)
        {
            await _client.StopAsync();
            _client.Dispose();
        }
    }

    private static async Task<IHost?> TryConnectAsync(FarmFile farm, CancellationToken cancellationToken)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.UseOrleansClient(client => client.UseStaticClustering(new IPEndPoint(IPAddress.Loopback, farm.GatewayPort))
            .Configure<Orleans.Configuration.ClusterOptions>(cluster => (cluster.ServiceId, cluster.ClusterId) = (Service, Service)));
        IHost host = builder.Build();
        try
        {
            await host.StartAsync(cancellationToken);
            return host;
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException or OperationCanceledException or SocketException)
        {
            // It may just be starting or ending; the caller looks again.
            host.Dispose();
            return null;
        }
    }
}
