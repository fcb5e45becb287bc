using System.Diagnostics;
using System.Security.Cryptography;
using RenderFarm.Cli.Hub;
using RenderFarm.Diffusion.Models.Registry;
using RenderFarm.Errors;

namespace RenderFarm.Cli.Tests.Models;

/// <summary>A download with little patience.</summary>
public sealed class HubDownloadTests : IDisposable
{
    private const int Length = 1_000_000;

    private static readonly HubOptions Hasty = new()
    {
        Retries = 2,
        FirstDelay = TimeSpan.FromMilliseconds(1),
        MaxDelay = TimeSpan.FromMilliseconds(5),
        Stall = TimeSpan.FromMilliseconds(400),
    };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    private readonly byte[] _content = RandomNumberGenerator.GetBytes(Length);
    private readonly HubServer _hub;

    public HubDownloadTests()
    {
        string origin = _folder.CreateSubdirectory("origin").FullName;
        System.IO.File.WriteAllBytes(Path.Combine(origin, "file"), _content);
        _hub = new HubServer(origin);
    }

    private string Target => Path.Combine(_folder.FullName, "target");

    private string PartOfTarget => Target + ".part";

    private HubFile File => new("file", Length, Convert.ToHexStringLower(SHA256.HashData(_content)), GitSha1: null);

    [Fact]
    public async Task Bring_Part_IsCompleted()
    {
        await System.IO.File.WriteAllBytesAsync(PartOfTarget, _content[..1234], Token);
        List<long> progress = [];

        await BringAsync(progress.Add);

        Assert.Equal("bytes=1234-", Assert.Single(_hub.Requests).Range);
        Assert.Equal(_content, await System.IO.File.ReadAllBytesAsync(Target, Token));
        Assert.False(System.IO.File.Exists(PartOfTarget));
        Assert.Equal(Length, progress[^1]);
        Assert.Equal(progress.Order(), progress);
    }

    [Fact]
    public async Task Bring_PartOfAnotherVersion_IsFetchedAnew()
    {
        await System.IO.File.WriteAllBytesAsync(PartOfTarget, new byte[1234], Token);

        await BringAsync();

        Assert.Equal(["bytes=1234-", null], _hub.Requests.Select(request => request.Range));
        Assert.Equal(_content, await System.IO.File.ReadAllBytesAsync(Target, Token));
    }

    [Theory]
    [InlineData(Length)]
    [InlineData(Length + 1)]
    public async Task Bring_PartThatIsTooLong_IsNotTrusted(int length)
    {
        await System.IO.File.WriteAllBytesAsync(PartOfTarget, new byte[length], Token);

        await BringAsync();

        Assert.Null(Assert.Single(_hub.Requests).Range);
        Assert.Equal(_content, await System.IO.File.ReadAllBytesAsync(Target, Token));
    }

    [Fact]
    public async Task Bring_WholeFile_IsNotFetched()
    {
        await System.IO.File.WriteAllBytesAsync(Target, _content, Token);
        await BringAsync();
        Assert.Empty(_hub.Requests);
    }

    [Fact]
    public async Task Bring_ConnectionThatAlwaysBreaks_GoesOnWhileItGains()
    {
        _hub.TroubleWith("file", times: 9, context => _hub.CutAsync(context, 100_000));

        await BringAsync();

        Assert.Equal(_content, await System.IO.File.ReadAllBytesAsync(Target, Token));
    }

    [Fact]
    public async Task Bring_ConnectionThatBreaksWithoutGain_IsGivenUp()
    {
        _hub.TroubleWith("file", times: 100, context => _hub.CutAsync(context, 1));

        await RequireFailureAsync("3 tries failed");
        Assert.Equal(3, _hub.Requests.Count);
        Assert.InRange(new FileInfo(PartOfTarget).Length, 0, 3);
    }

    [Fact]
    public async Task Bring_NoRangesAndAConnectionThatAlwaysBreaks_IsGivenUp()
    {
        _hub.IgnoresRanges = true;
        _hub.TroubleWith("file", times: 100, context => _hub.CutAsync(context, Length / 2));

        await RequireFailureAsync("3 tries failed");
        Assert.Equal(4, _hub.Requests.Count);
    }

    [Fact]
    public async Task Bring_ServerThatFallsSilent_IsTriedAgain()
    {
        _hub.TroubleWith("file", times: 1, async context =>
        {
            context.Response.ContentLength64 = Length;
            await HubServer.SendAsync(context, _content.AsMemory(0, 1000));
            await _hub.FallSilentAsync();
        });

        await BringAsync();

        Assert.Equal([null, "bytes=1000-"], _hub.Requests.Select(request => request.Range));
        Assert.Equal(_content, await System.IO.File.ReadAllBytesAsync(Target, Token));
    }

    [Fact]
    public async Task Bring_ServerThatNeverAnswers_IsGivenUp()
    {
        _hub.TroubleWith("file", times: 100, _ => _hub.FallSilentAsync());

        await RequireFailureAsync("nothing came for 0.4 s; 3 tries failed");
    }

    [Fact]
    public async Task Bring_RetryAfterInADistantFuture_IsNotAwaited()
    {
        _hub.TroubleWith("file", times: 1, context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers["Retry-After"] = "86400";
            return Task.CompletedTask;
        });
        long began = Stopwatch.GetTimestamp();

        await BringAsync();

        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0, 60);
    }

    [Theory]
    [InlineData("bytes 5-999999/1000000")]
    [InlineData(null)]
    public async Task Bring_AnotherRangeThanAskedFor_IsRefused(string? range)
    {
        await System.IO.File.WriteAllBytesAsync(PartOfTarget, _content[..1234], Token);
        _hub.TroubleWith("file", times: 1, async context =>
        {
            context.Response.StatusCode = 206;
            context.Response.ContentLength64 = Length - 5;
            if (range is not null)
            {
                context.Response.Headers["Content-Range"] = range;
            }

            await HubServer.SendAsync(context, _content.AsMemory(5));
        });

        await RequireFailureAsync("from byte 1234 on comes with");
        Assert.Equal(0, new FileInfo(PartOfTarget).Length);
    }

    [Fact]
    public async Task Bring_MoreBytesThanListedInChunks_IsRefused()
    {
        _hub.TroubleWith("file", times: 1, async context =>
        {
            context.Response.SendChunked = true;
            await HubServer.SendAsync(context, _content);
            await HubServer.SendAsync(context, _content);
        });

        await RequireFailureAsync("comes with more");
    }

    [Fact]
    public async Task Bring_FolderCannotBeWritten_IsAStorageFault()
    {
        RenderFarmException exception = await Assert.ThrowsAsync<RenderFarmException>(() => BringAsync(target: "/proc/none/target"));
        Assert.Equal(ErrorCodes.StorageFailed, exception.Code);
    }

    public void Dispose()
    {
        _hub.Dispose();
        _folder.Delete(recursive: true);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private async Task BringAsync(Action<long>? progress = null, string? target = null)
    {
        var address = HubAddress.Of(_hub.Address, HubServer.Repository, "main");
        using var client = new HubClient(address, token: null, Hasty);
        await new HubDownload(client, address, Hasty, new FileHashes()).BringAsync(File, target ?? Target, progress ?? (_ => { }), Token);
    }

    private async Task RequireFailureAsync(string message)
    {
        RenderFarmException exception = await Assert.ThrowsAsync<RenderFarmException>(() => BringAsync());
        Assert.Equal(ErrorCodes.HubFailed, exception.Code);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(Target));
    }
}
