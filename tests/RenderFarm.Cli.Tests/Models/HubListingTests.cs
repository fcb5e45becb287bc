using System.Text;
using System.Text.Json;
using RenderFarm.Cli.Hub;
using RenderFarm.Errors;

namespace RenderFarm.Cli.Tests.Models;

public sealed class HubListingTests : IDisposable
{
    private static readonly string Sha256 = new('a', 64);
    private static readonly string Sha1 = new('b', 40);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    private readonly HubServer _hub;

    public HubListingTests() => _hub = new HubServer(_folder.FullName);

    [Fact]
    public async Task Read_FilesOfBothKinds_HaveTheirChecksums()
    {
        _hub.Lies.Add("small", new { type = "file", path = "vae/config.json", size = 7, oid = Sha1 });
        _hub.Lies.Add("large", new { type = "file", path = "w.safetensors", size = 134, oid = Sha1, lfs = new { oid = Sha256, size = 9_000_000_000, pointerSize = 134 } });
        _hub.Lies.Add("folder", new { type = "directory", path = "vae", size = 0, oid = Sha1 });

        Assert.Equal(
            [new HubFile("vae/config.json", 7, Sha256: null, Sha1), new HubFile("w.safetensors", 9_000_000_000, Sha256, GitSha1: null)], await ReadAsync());
    }

    [Theory]
    [InlineData("../outside.json")]
    [InlineData("vae/../../outside.json")]
    [InlineData("/tmp/outside.json")]
    [InlineData("vae//config.json")]
    [InlineData("./vae")]
    [InlineData("vae/")]
    [InlineData("vae\\config.json")]
    [InlineData("vae/\u0000.json")]
    [InlineData("vae/\u001b[2J.json")]
    [InlineData("")]
    public async Task Read_PathThatLeadsOutside_TakesNothing(string path)
    {
        _hub.Lies.Add("good", new { type = "file", path = "vae/config.json", size = 7, oid = Sha1 });
        _hub.Lies.Add("lie", new { type = "file", path, size = 1, oid = Sha1 });

        await RequireFailureAsync("which is not inside its repository: nothing is taken from it");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("[{\"type\": \"file\"}]")]
    [InlineData("[{\"type\": \"file\", \"path\": \"a\", \"size\": -1}]")]
    [InlineData("[{\"type\": \"file\", \"path\": \"a\", \"size\": 1e99}]")]
    [InlineData("[{\"type\": \"file\", \"path\": \"a\", \"size\": 1, \"oid\": \"beef\"}]")]
    [InlineData("<html>")]
    [InlineData("")]
    public async Task Read_BodyThatIsNoList_IsRefused(string body)
    {
        _hub.Trouble = async context =>
        {
            await HubServer.SendAsync(context, Encoding.UTF8.GetBytes(body));
            return true;
        };

        await RequireFailureAsync("does not answer with a list of files");
    }

    [Fact]
    public async Task Read_PagesWithoutEnd_AreGivenUp()
    {
        _hub.Trouble = async context =>
        {
            context.Response.Headers["Link"] = "</api/more>; rel=\"next\"";
            await context.Response.OutputStream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(Array.Empty<object>()));
            return true;
        };

        await RequireFailureAsync("has more than 100000 files or 1000 pages");
    }

    [Fact]
    public async Task Read_PageWithoutEnd_IsGivenUp()
    {
        _hub.Trouble = async context =>
        {
            context.Response.SendChunked = true;
            byte[] spaces = new byte[1 << 20];
            spaces.AsSpan().Fill((byte)' ');
            for (int i = 0; i < 20; i++)
            {
                await context.Response.OutputStream.WriteAsync(spaces);
            }

            return true;
        };

        await RequireFailureAsync("is longer than 16 MiB");
    }

    public void Dispose()
    {
        _hub.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task<IReadOnlyList<HubFile>> ReadAsync()
    {
        var address = HubAddress.Of(_hub.Address, HubServer.Repository, "main");
        var options = new HubOptions { FirstDelay = TimeSpan.FromMilliseconds(1) };
        using var client = new HubClient(address, token: null, options);
        return await new HubListing(client, address, options).ReadAsync(TestContext.Current.CancellationToken);
    }

    private async Task RequireFailureAsync(string message)
    {
        RenderFarmException exception = await Assert.ThrowsAsync<RenderFarmException>(ReadAsync);
        Assert.Equal(ErrorCodes.HubFailed, exception.Code);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }
}
