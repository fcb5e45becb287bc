using System.Text;
using RenderFarm.Diffusion.Models.Wan.Text;
using RenderFarm.Errors;

namespace RenderFarm.Diffusion.Tests.Models.Wan.Text;

public sealed class WanTokenizersTests : IDisposable
{
    private static readonly Umt5Config Tiny = new(260, 8, 4, 8, 1, 1, 32, 128, 1e-6);

    private readonly string _model = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_model, recursive: true);

    [Fact]
    public void Open_WithoutATokenizerForASmallEncoder_GivesBytes()
    {
        WanTokens tokens = WanTokenizers.Open(_model, Tiny).Encode("aé🦊");
        Assert.Equal([.. Encoding.UTF8.GetBytes("aé🦊").Select(value => value + 3L), 1L, 0L], tokens.Ids.Take(9));
        Assert.Equal(8, tokens.Count);
    }

    [Fact]
    public void Open_WithoutATokenizerForFewerRowsThanBytes_ReadsTheRestAsUnknown()
    {
        IWanTokenizer tokenizer = WanTokenizers.Open(_model, Tiny with { VocabularySize = 240 });
        Assert.Equal(240, tokenizer.Size);
        Assert.Equal([(long)'a' + 3, 2, 0x9F + 3, 0xA6 + 3, 0x8A + 3, 1, 0], tokenizer.Encode("a🦊").Ids.Take(7));
    }

    [Fact]
    public void Open_WithoutATokenizerForALargeEncoder_IsRefused()
    {
        RenderFarmException refused = Assert.Throws<RenderFarmException>(() => WanTokenizers.Open(_model, Tiny with { VocabularySize = 256384 }));
        Assert.Equal(ErrorCodes.InvalidModel, refused.Code);
        Assert.Equal($"{_model} has no tokenizer/ for its text encoder's vocab_size 256384", refused.Message);
    }

    [Fact]
    public void Open_OfAVocabularyBeyondTheEncoder_IsRefused()
    {
        string folder = Directory.CreateDirectory(Path.Combine(_model, "tokenizer")).FullName;
        File.WriteAllBytes(Path.Combine(folder, WanTokenizer.ModelFile), References.Model("umt5"));
        Assert.Equal(734, WanTokenizers.Open(_model, Tiny with { VocabularySize = 734 }).Size);
        Assert.Contains(
            "has 734 pieces, more than the text encoder's vocab_size 733",
            Assert.Throws<RenderFarmException>(() => WanTokenizers.Open(_model, Tiny with { VocabularySize = 733 })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_OfALongTextInBytes_IsCutWithTheEndLast()
    {
        WanTokens tokens = new ByteTokenizer(260).Encode(new string('x', 2000));
        Assert.Equal((512, 1L, true), (tokens.Count, tokens.Ids[511], tokens.IsCut));
    }
}
