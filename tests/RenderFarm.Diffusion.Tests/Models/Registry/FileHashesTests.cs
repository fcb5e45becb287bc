using RenderFarm.Diffusion.Models.Registry;

namespace RenderFarm.Diffusion.Tests.Models.Registry;

public sealed class FileHashesTests : IDisposable
{
    /// <summary>SHA-256 of the three bytes "abc" (FIPS 180-2, appendix B.1).</summary>
    private const string Abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    private readonly DateTime _written = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    [Fact]
    public void Of_KnownBytes_IsTheStandardsHash()
    {
        Write("abc");

        Assert.Equal(Abc, Hashes().Of(File, cancellationToken: Token));
        Assert.Equal(Abc, new FileHashes().Of(File, cancellationToken: Token));
    }

    [Fact]
    public void Of_FileThatWasNotWrittenSince_IsRemembered()
    {
        Write("abc");
        Hashes().Of(File, cancellationToken: Token);
        Write("abd");

        Assert.Equal(Abc, Hashes().Of(File, cancellationToken: Token));
        Assert.NotEqual(Abc, Hashes().Of(File, isAfresh: true, Token));
        Assert.NotEqual(Abc, Hashes().Of(File, cancellationToken: Token));
    }

    [Theory]
    [InlineData("abcd", 0)]
    [InlineData("abd", 1)]
    public void Of_AnotherLengthOrTime_IsReadAgain(string content, int later)
    {
        Write("abc");
        Hashes().Of(File, cancellationToken: Token);
        Write(content, later);

        Assert.NotEqual(Abc, Hashes().Of(File, cancellationToken: Token));
    }

    [Fact]
    public void Of_ShortFile_IsNotRemembered()
    {
        Write("abc");
        var hashes = new FileHashes(Memory) { MinLength = 4 };
        hashes.Of(File, cancellationToken: Token);

        Assert.False(System.IO.File.Exists(Memory));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[1]")]
    public void Of_DamagedMemory_IsMadeAnew(string memory)
    {
        Write("abc");
        Directory.CreateDirectory(Path.GetDirectoryName(Memory)!);
        System.IO.File.WriteAllText(Memory, memory);

        Assert.Equal(Abc, Hashes().Of(File, cancellationToken: Token));
        Write("abd");
        Assert.Equal(Abc, Hashes().Of(File, cancellationToken: Token));
    }

    [Fact]
    public void Of_MemoryThatCannotBeWritten_HashesAllTheSame()
    {
        Write("abc");

        Assert.Equal(Abc, new FileHashes("/proc/none/hashes.json") { MinLength = 0 }.Of(File, cancellationToken: Token));
    }

    [Fact]
    public void Of_SymbolicLink_IsOfItsTarget()
    {
        Write("abc");
        string link = Path.Combine(_folder.FullName, "link");
        System.IO.File.CreateSymbolicLink(link, File);
        Assert.Equal(Abc, Hashes().Of(link, cancellationToken: Token));
        Write("abd", later: 1);

        Assert.NotEqual(Abc, Hashes().Of(link, cancellationToken: Token));
    }

    [Fact]
    public void Of_ManyAtOnce_RemembersEachAfterTheLast()
    {
        var hashes = Hashes();
        string[] files = [.. Enumerable.Range(0, 16).Select(i => Path.Combine(_folder.FullName, $"{i}"))];
        foreach (string file in files)
        {
            System.IO.File.WriteAllText(file, file);
        }

        Parallel.ForEach(files, file => hashes.Of(file, cancellationToken: Token));

        string memory = System.IO.File.ReadAllText(Memory);
        Assert.All(files, file => Assert.Contains($"\"{file}\"", memory, StringComparison.Ordinal));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(Memory)!));
    }

    [Fact]
    public void Of_Cancelled_Stops()
    {
        Write("abc");

        Assert.Throws<OperationCanceledException>(() => Hashes().Of(File, isAfresh: true, new CancellationToken(canceled: true)));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_folder.FullName, "file");

    private string Memory => Path.Combine(_folder.FullName, "memory", "hashes.json");

    private FileHashes Hashes() => new(Memory) { MinLength = 0 };

    private void Write(string content, int later = 0)
    {
        System.IO.File.WriteAllText(File, content);
        System.IO.File.SetLastWriteTimeUtc(File, _written.AddSeconds(later));
    }
}
