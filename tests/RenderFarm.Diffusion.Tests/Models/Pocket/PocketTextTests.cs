using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Errors;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tests.Models.Pocket;

[Collection(nameof(TensorAccounting))]
public sealed class PocketTextTests : IDisposable
{
    private readonly string _vocabulary = Path.GetTempFileName();

    public PocketTextTests() => File.WriteAllLines(_vocabulary, PocketTokenizer.VocabularyOf(["ball", "red"]));

    public void Dispose() => File.Delete(_vocabulary);

    [Fact]
    public void Encode_OfKnownWords_GivesOneIdEach()
    {
        PocketTokenizer tokenizer = new(_vocabulary);
        string[] pieces = File.ReadAllLines(_vocabulary);
        long[] ids = tokenizer.Encode("Red BALL");
        Assert.Equal(PocketTokenizer.Length, ids.Length);
        Assert.Equal(["red", "ball", "[PAD]"], ids.Take(3).Select(id => pieces[id]));
    }

    [Fact]
    public void Encode_OfUnknownWords_PassesThemOver()
    {
        string[] pieces = File.ReadAllLines(_vocabulary);
        Assert.Equal(
            ["red", "ball", "[PAD]", "[PAD]"], new PocketTokenizer(_vocabulary).Encode("blurry red emu's balls \u732b ball").Take(4).Select(id => pieces[id]));
    }

    [Theory]
    [InlineData("ball\nred", "it has no line [UNK]")]
    [InlineData(null, "cannot be read")]
    public void Open_OfABadVocabulary_NamesTheFile(string? text, string fault)
    {
        if (text is null)
        {
            File.Delete(_vocabulary);
        }
        else
        {
            File.WriteAllText(_vocabulary, text);
        }

        RenderFarmException refused = Assert.Throws<RenderFarmException>(() => new PocketTokenizer(_vocabulary));
        Assert.Equal(ErrorCodes.InvalidModel, refused.Code);
        Assert.Contains(_vocabulary, refused.Message, StringComparison.Ordinal);
        Assert.Contains(fault, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_OfALongText_IsCutOff() =>
        Assert.Equal(PocketTokenizer.Length, new PocketTokenizer(_vocabulary).Encode(string.Concat(Enumerable.Repeat("red ball ", 100))).Length);

    [Fact]
    public void Sure_OfACaption_HasOneChoiceForEachAttribute()
    {
        PocketCaption caption = new() { Subject = "ball", Colour = "brown", SecondColour = "red", Event = "snow begins" };
        using Tensor choices = tensor(PocketReading.ChoicesOf(caption)).unsqueeze(0);
        using Tensor reading = PocketReading.Sure(choices);
        Assert.Equal(PocketVocabulary.Attributes.Count, (int)reading.sum().item<float>());
        for (int i = 0; i < PocketVocabulary.Attributes.Count; i++)
        {
            PocketAttribute attribute = PocketVocabulary.Attributes[i];
            float[] own = reading[0].narrow(0, PocketReading.Offsets[i], PocketReading.Choices(attribute)).data<float>().ToArray();
            int chosen = Array.IndexOf(own, 1f);
            Assert.Equal(caption[attribute], chosen == 0 ? null : PocketVocabulary.Of(attribute)[chosen - 1]);
        }
    }

    [Fact]
    public void ChoicesOf_AValueOutsideTheVocabulary_NamesIt()
    {
        ArgumentException fault = Assert.Throws<ArgumentException>(() => PocketReading.ChoicesOf(new PocketCaption { Colour = "beige" }));
        Assert.Contains("Colour 'beige' is not allowed", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfACaption_GivesProbabilitiesForEachAttribute()
    {
        PocketTokenizer tokenizer = new(_vocabulary);
        using IDisposable scope = NewDisposeScope();
        using PocketTextEncoder encoder = new(tokenizer.Size);
        Tensor reading = encoder.Read(tensor(tokenizer.Encode("a red ball"), [1, PocketTokenizer.Length]));
        Assert.Equal([1, PocketReading.Width], reading.shape);
        Assert.True(reading.ge(0).all().item<bool>());
        Assert.Equal(PocketVocabulary.Attributes.Count, reading.sum().item<float>(), 3);
    }
}
