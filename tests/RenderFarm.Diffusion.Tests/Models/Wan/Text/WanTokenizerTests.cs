using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using RenderFarm.Diffusion.Models.Wan.Text;
using RenderFarm.Errors;

namespace RenderFarm.Diffusion.Tests.Models.Wan.Text;

public sealed class WanTokenizerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("umt5")]
    [InlineData("plain")]
    public void EncodeToIds_ReferenceTexts_GiveTheReferencesIds(string model)
    {
        WanTokenizer tokenizer = Open(model);
        int texts = 0;
        foreach (JsonElement entry in References.Read("tokenizer", "cases.json").EnumerateArray())
        {
            string text = entry.GetProperty("text").GetString()!;
            long[] expected = [.. entry.GetProperty(model).EnumerateArray().Select(id => id.GetInt64())];
            Assert.True(expected.SequenceEqual(tokenizer.EncodeToIds(text)), $"'{text}': {string.Join(' ', tokenizer.EncodeToIds(text))}");
            texts++;
        }

        Assert.True(texts > 100);
    }

    [Theory]
    [InlineData("umt5")]
    [InlineData("plain")]
    public void EncodeToIds_FromTokenizerJson_GivesTheSameIds(string model)
    {
        WanTokenizer ofModel = Open(model);
        SentencePieceModel read = Read(model);
        string folder = Path.Combine(_folder, "json");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, WanTokenizer.JsonFile), ToJson(read));
        WanTokenizer ofJson = WanTokenizer.Open(folder);
        Assert.Equal(ofModel.Size, ofJson.Size);
        foreach (JsonElement entry in References.Read("tokenizer", "cases.json").EnumerateArray())
        {
            string text = entry.GetProperty("text").GetString()!;
            // The json form squeezes white space even where the model keeps it; both reference models squeeze.
            Assert.Equal(ofModel.EncodeToIds(text), ofJson.EncodeToIds(text));
        }
    }

    [Fact]
    public void EncodeToIds_AnyText_DecodesToTheNormalisedText()
    {
        WanTokenizer tokenizer = Open("umt5");
        SentencePieceModel model = Read("umt5");
        SentencePieceNormaliser normaliser = new(model);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
        {
            string given = text ?? "";
            List<byte> decoded = [];
            foreach (long id in tokenizer.EncodeToIds(given))
            {
                SentencePiece piece = model.Pieces[(int)id];
                decoded.AddRange(piece.Kind == SentencePieceKind.Byte ? [SentencePieceModel.ByteOf(piece.Text)!.Value] : Encoding.UTF8.GetBytes(piece.Text));
            }

            Assert.Equal(normaliser.Normalise(given), Encoding.UTF8.GetString([.. decoded]));
            Assert.Equal(tokenizer.EncodeToIds(given), tokenizer.EncodeToIds(given));
        }));
    }

    [Fact]
    public void EncodeToIds_AnyVocabulary_FindsTheBestOfAllSegmentations()
    {
        Random random = new(3);
        for (int trial = 0; trial < 40; trial++)
        {
            Dictionary<string, float> scores = new() { ["\u2581"] = -3, ["a"] = -4, ["b"] = -4.5f, ["c"] = -5 };
            while (scores.Count < 20)
            {
                string piece = string.Concat(Enumerable.Range(0, random.Next(2, 5)).Select(_ => "\u2581abc"[random.Next(4)]));
                scores[piece] = -2 - (8 * random.NextSingle());
            }

            SentencePiece[] pieces = [
                new("<pad>", 0, SentencePieceKind.Control), new("</s>", 0, SentencePieceKind.Control), new("<unk>", 0, SentencePieceKind.Unknown),
                .. scores.Select(entry => new SentencePiece(entry.Key, entry.Value))];
            WanTokenizer tokenizer = new(new SentencePieceModel { Pieces = pieces, UnknownId = 2, EndId = 1, PaddingId = 0 });
            string text = string.Concat(Enumerable.Range(0, 11).Select(i => i % 4 == 3 ? " " : "abc"[random.Next(3)].ToString()));
            double found = tokenizer.EncodeToIds(text).Sum(id => (double)pieces[id].Score);
            Assert.Equal(Best("\u2581" + text.Replace(' ', '\u2581')), found, 4);

            double Best(string rest) => rest.Length == 0
                ? 0
                : scores.Where(entry => rest.StartsWith(entry.Key, StringComparison.Ordinal)).Max(entry => entry.Value + Best(rest[entry.Key.Length..]));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    public void Encode_OfNothing_IsTheEndAlone(string text)
    {
        WanTokens tokens = Open("umt5").Encode(text);
        Assert.Equal([1L, 0, 0], tokens.Ids.Take(3));
        Assert.Equal((WanTokens.Length, 1, 1L, false), (tokens.Ids.Count, tokens.Count, tokens.Mask.Sum(), tokens.IsCut));
    }

    [Fact]
    public void Encode_OfALongText_IsCutWithTheEndLast()
    {
        WanTokenizer tokenizer = Open("umt5");
        string text = string.Concat(Enumerable.Repeat("the wind blows ", 400));
        WanTokens tokens = tokenizer.Encode(text);
        Assert.Equal((WanTokens.Length, WanTokens.Length, (long)WanTokens.Length, true), (tokens.Ids.Count, tokens.Count, tokens.Mask.Sum(), tokens.IsCut));
        Assert.Equal([.. tokenizer.EncodeToIds(text).Take(511), 1L], tokens.Ids);
    }

    [Fact]
    public void Encode_OfExactly511Pieces_IsWhole()
    {
        string[] words = [.. Enumerable.Repeat("a", 511)];
        WanTokenizer tokenizer = Open("umt5");
        WanTokens fits = tokenizer.Encode(string.Join(' ', words));
        Assert.Equal((512, false), (fits.Count, fits.IsCut));
        Assert.Equal((512, true), (tokenizer.Encode(string.Join(' ', words) + " a").Count, tokenizer.Encode(string.Join(' ', words) + " a").IsCut));
        Assert.Equal((511, 0L), (tokenizer.Encode(string.Join(' ', words[1..])).Count, tokenizer.Encode(string.Join(' ', words[1..])).Ids[511]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(2000)]
    [InlineData(7000)]
    public void Open_OfATruncatedModel_NamesTheFile(int length)
    {
        string path = Path.Combine(_folder, WanTokenizer.ModelFile);
        File.WriteAllBytes(path, References.Model("umt5")[..length]);
        Refused($"{path} is not a SentencePiece unigram model");
    }

    [Fact]
    public void Open_OfAModelCutAtAnyByte_IsRefused()
    {
        string path = Path.Combine(_folder, WanTokenizer.ModelFile);
        byte[] whole = References.Model("plain");
        for (int length = 0; length < whole.Length; length += 7)
        {
            File.WriteAllBytes(path, whole[..length]);
            Refused(path);
        }
    }

    [Fact]
    public void Open_OfADamagedModel_RefusesOrTokenizes()
    {
        string path = Path.Combine(_folder, WanTokenizer.ModelFile);
        byte[] whole = References.Model("plain");
        Random random = new(1);
        int refused = 0;
        for (int trial = 0; trial < 150; trial++)
        {
            byte[] damaged = [.. whole];
            damaged[random.Next(whole.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(path, damaged);
            try
            {
                WanTokenizer.Open(_folder).Encode("A red fox, Schöne 狐狸 🦊");
            }
            catch (RenderFarmException exception)
            {
                Assert.Equal(ErrorCodes.InvalidModel, exception.Code);
                refused++;
            }
        }

        Assert.InRange(refused, 1, 149);
    }

    [Theory]
    [InlineData("<html>not found</html>")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 4\n")]
    public void Open_OfAForeignModel_NamesTheFile(string text)
    {
        string path = Path.Combine(_folder, WanTokenizer.ModelFile);
        File.WriteAllText(path, text);
        Refused($"{path} is not a SentencePiece unigram model");
    }

    [Theory]
    [InlineData("", "not a unigram tokenizer")]
    [InlineData("[]", "not a unigram tokenizer")]
    [InlineData("{\"model\": {\"type\": \"BPE\"}}", "model.type is BPE; Unigram is allowed")]
    [InlineData("{\"model\": {\"type\": \"Unigram\", \"unk_id\": 0, \"vocab\": [[1, 2]]}}", "not a unigram tokenizer")]
    [InlineData("{\"model\": {\"type\": \"Unigram\", \"unk_id\": 0, \"vocab\": [[\"<unk>\"]]}}", "not a unigram tokenizer")]
    [InlineData("{\"model\": {\"type\": \"Unigram\", \"unk_id\": 0, \"vocab\": [[\"<unk>\", 0]]}}", "pre_tokenizer is missing; Metaspace is allowed")]
    [InlineData("{\"model\": {\"type\": \"Unigram\", \"unk_id\": 0, \"vocab\": [[\"<unk>\", 0], [\"a\", -1]]}, \"pre_tokenizer\": {\"type\": \"Metaspace\"}}", "eos_id -1")]
    [InlineData("{\"normalizer\": {\"type\": \"Lowercase\"}, \"model\": {\"type\": \"Unigram\", \"unk_id\": 0, \"vocab\": []}, \"pre_tokenizer\": {\"type\": \"Metaspace\"}}", "normalizer is Lowercase; Precompiled")]
    public void Open_OfAForeignJson_SaysWhatIsWrong(string json, string fault)
    {
        string path = Path.Combine(_folder, WanTokenizer.JsonFile);
        File.WriteAllText(path, json);
        Assert.Contains(fault, Refused(path), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OfDamagedRules_SaysSo()
    {
        SentencePieceModel model = Read("umt5");
        foreach (int length in new[] { 1, 3, 100, model.CharsMap.Length - 1 })
        {
            RenderFarmException refused = Assert.Throws<RenderFarmException>(() => new WanTokenizer(model with { CharsMap = model.CharsMap[..length] }));
            Assert.Contains("precompiled_charsmap", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Open_OfAFolderWithoutATokenizer_SaysSo() => Refused($"{_folder} has no tokenizer: neither spiece.model nor tokenizer.json");

    private string Refused(string start)
    {
        RenderFarmException refused = Assert.Throws<RenderFarmException>(() => WanTokenizer.Open(_folder));
        Assert.Equal(ErrorCodes.InvalidModel, refused.Code);
        Assert.StartsWith(start, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
        return refused.Message;
    }

    private WanTokenizer Open(string model)
    {
        File.WriteAllBytes(Path.Combine(_folder, WanTokenizer.ModelFile), References.Model(model));
        return WanTokenizer.Open(_folder);
    }

    private SentencePieceModel Read(string model)
    {
        string path = Path.Combine(_folder, WanTokenizer.ModelFile);
        File.WriteAllBytes(path, References.Model(model));
        return SentencePieceFile.Read(path);
    }

    /// <summary>The model in the form that the tokenizers library gives it.</summary>
    private static string ToJson(SentencePieceModel model) => JsonSerializer.Serialize(new
    {
        version = "1.0",
        added_tokens = new[] { 0, 1, 2 }.Select(id => new { id, content = model.Pieces[id].Text, special = true }),
        normalizer = model.CharsMap.IsEmpty ? null : new
        {
            type = "Sequence",
            normalizers = new object[]
            {
                new { type = "Precompiled", precompiled_charsmap = Convert.ToBase64String(model.CharsMap.Span) },
                new { type = "Replace", pattern = new { Regex = " {2,}" }, content = " " },
            },
        },
        pre_tokenizer = new
        {
            type = "Sequence",
            pretokenizers = new object[] { new { type = "WhitespaceSplit" }, new { type = "Metaspace", replacement = "\u2581", add_prefix_space = true } },
        },
        model = new
        {
            type = "Unigram",
            unk_id = model.UnknownId,
            vocab = model.Pieces.Select(piece => new object[] { piece.Text, (double)piece.Score }),
            byte_fallback = model.ByteFallback,
        },
    });
}
