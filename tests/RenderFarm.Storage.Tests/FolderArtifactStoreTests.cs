using RenderFarm.Errors;

namespace RenderFarm.Storage.Tests;

public sealed class FolderArtifactStoreTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("renderfarm-store-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Write_ThenRead_GivesTheBytes()
    {
        FolderArtifactStore store = new(_root);
        await store.WriteAsync("jobs/a/latents", new byte[] { 1, 2, 3 }, Token);
        await store.WriteAsync("jobs/a/latents", new byte[] { 4, 5 }, Token);
        Assert.Equal([4, 5], await store.ReadAsync("jobs/a/latents", Token));
    }

    [Fact]
    public async Task Read_OfNothing_IsNull()
    {
        FolderArtifactStore store = new(_root);
        Assert.Null(await store.ReadAsync("jobs/none", Token));
        Assert.Null(await store.OpenReadAsync("jobs/none", Token));
        await store.DeleteAsync("jobs/none", Token);
    }

    [Fact]
    public async Task List_GivesPathsInOrder_WithoutHalfWrittenOnes()
    {
        FolderArtifactStore store = new(_root);
        await store.WriteAsync("jobs/b", Array.Empty<byte>(), Token);
        await store.WriteAsync("jobs/a/x", Array.Empty<byte>(), Token);
        await File.WriteAllTextAsync(Path.Combine(_root, "jobs", "c.0.writing"), "half", Token);
        Assert.Equal(["jobs/a/x", "jobs/b"], await store.ListAsync("jobs", Token).ToListAsync(Token));
        Assert.Empty(await store.ListAsync("nothing", Token).ToListAsync(Token));
    }

    [Fact]
    public async Task PutFile_TakesTheFileOver()
    {
        FolderArtifactStore store = new(_root);
        string local = Path.Combine(_root, "local");
        await File.WriteAllTextAsync(local, "film", Token);
        await store.PutFileAsync("jobs/a/film.mp4", local, Token);
        Assert.False(File.Exists(local));
        await using Stream? stream = await store.OpenReadAsync("jobs/a/film.mp4", Token);
        Assert.Equal(4, stream!.Length);
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("/etc/outside")]
    [InlineData("")]
    public async Task Write_OutsideTheRoot_IsRefused(string path)
    {
        FolderArtifactStore store = new(_root);
        await Assert.ThrowsAsync<ArgumentException>(() => store.WriteAsync(path, Array.Empty<byte>(), Token));
    }

    [Fact]
    public async Task Write_WhereAFileIsInTheWay_SaysSo()
    {
        FolderArtifactStore store = new(_root);
        await store.WriteAsync("a", Array.Empty<byte>(), Token);
        RenderFarmException fault = await Assert.ThrowsAsync<RenderFarmException>(() => store.WriteAsync("a/b", Array.Empty<byte>(), Token));
        Assert.Equal(ErrorCodes.StorageFailed, fault.Code);
    }

    [Fact]
    public async Task Write_FromManyAtOnce_LeavesOneWholeArtifact()
    {
        FolderArtifactStore store = new(_root);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(i => store.WriteAsync("a", Enumerable.Repeat((byte)i, 10_000).ToArray(), Token)));
        byte[] content = (await store.ReadAsync("a", Token))!;
        Assert.Equal(10_000, content.Length);
        Assert.All(content, value => Assert.Equal(content[0], value));
        Assert.Equal(["a"], await store.ListAsync("", Token).ToListAsync(Token));
    }
}
