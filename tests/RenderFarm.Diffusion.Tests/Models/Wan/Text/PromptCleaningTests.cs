using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using RenderFarm.Diffusion.Models.Wan.Text;

namespace RenderFarm.Diffusion.Tests.Models.Wan.Text;

public sealed class PromptCleaningTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData(" \t\r\n\u00A0\u3000\u2028\u000B", "")]
    [InlineData("  a   red\tfox\r\n\r\nruns\u00A0fast\u2003now\u3000 ", "a red fox runs fast now")]
    [InlineData("Schöne Wälder, l'été, 一只狐狸, 赤い狐, ثعلب, लोमड़ी, 🦊👩‍👩‍👧", "Schöne Wälder, l'été, 一只狐狸, 赤い狐, ثعلب, लोमड़ी, 🦊👩‍👩‍👧")]
    [InlineData("salt &amp; pepper &lt;3 &quot;x&quot; &#39;y&#39; &hellip; &eacute;", "salt & pepper <3 \"x\" 'y' … é")]
    [InlineData("salt &amp;amp; pepper, &amp;lt;b&amp;gt;", "salt & pepper, <b>")]
    [InlineData("salt &amp pepper &nbsp x &#65 &#x1F98A", "salt & pepper x A 🦊")]
    [InlineData("＆amp; &ldquo;x&rdquo; caf&Atilde;&copy;", "& \"x\" café")]
    [InlineData("AT&T, R&D, a&b, 5 &c", "AT&T, R&D, a&b, 5 &c")]
    [InlineData("&ampere &lterm &#12345678901234567890;", "&ampere &lterm &#12345678901234567890;")]
    [InlineData("&#128; &#x99;", "€ ™")]
    [InlineData("“curly” ‘quotes’ „low“ don’t", "\"curly\" 'quotes' \"low\" don't")]
    [InlineData("Ｆｕｌｌ　ｗｉｄｔｈ！ ｶﾞﾗｽ ￥", "Full width! ガラス ¥")]
    [InlineData("ﬁne ﬂow oﬃce ĳs", "fine flow office ijs")]
    [InlineData("be\u0000ll\u0007 \u001Besc \uFEFFbom \u0085nel", "bell esc bom …nel")]
    [InlineData("cafe\u0301 A\u030A \u212B \u1112\u1161\u11AB ê\u0323", "café Å Å 한 ệ")]
    public void Clean_OfATrait_MendsIt(string text, string expected) => Assert.Equal(expected, PromptCleaning.Clean(text));

    [Theory]
    [InlineData("cafÃ© au lait", "café au lait")]
    [InlineData("SchÃ¶ne grÃ¼ne WÃ¤lder, groÃŸe Berge", "Schöne grüne Wälder, große Berge")]
    [InlineData("itâ€™s a foxâ€¦", "it's a fox…")]
    [InlineData("â€œquotedâ€\u009D", "\"quoted\"")]
    [InlineData("20 Â°C", "20 °C")]
    [InlineData("ä¸€å\u008fªç‹\u0090ç‹¸", "一只狐狸")]
    [InlineData("ðŸ¦Š fox", "🦊 fox")]
    [InlineData("ÐšÑ€Ð°Ñ\u0081Ð½Ð°Ñ\u008f Ð»Ð¸Ñ\u0081Ð°", "Красная лиса")]
    [InlineData("cafÃƒÂ©", "café")]
    [InlineData("cafÃ© 🦊 一", "café 🦊 一")]
    public void Clean_OfMisreadUtf8_RestoresIt(string text, string expected) => Assert.Equal(expected, PromptCleaning.Clean(text));

    [Theory]
    [InlineData("Ã la carte")]
    [InlineData("ÀÇÉÖ über São Paulo, MAÇÃ, À BIENTÔT")]
    [InlineData("cafÃ© and café")]
    [InlineData("a sign: CAFÉ’s, BJÖ’s, LÄ”, IRMÃ’s")]
    [InlineData("“SCHÖ” «Ç» «café»… ½ × ¼ ÷ ±3°")]
    [InlineData("naïve façade — “Ö” £5 ¥7 © ® ™")]
    public void Clean_OfTextThatOnlyLooksMisread_LeavesItsLetters(string text) =>
        Assert.Equal(text.Replace('’', '\'').Replace('”', '"').Replace('“', '"'), PromptCleaning.Clean(text));

    [Fact]
    public void Clean_AnyMisreadText_RestoresItsLetters()
    {
        Encoding latin = Encoding.Latin1;
        foreach (string text in new[] { "Ein kühler Fluß", "l'été à la plage", "Красная лиса", "赤い狐が走る", "ثعلب أحمر", "लाल लोमड़ी", "🦊 🐕", "Żółta łódź" })
        {
            Assert.Equal(PromptCleaning.Clean(text), PromptCleaning.Clean(latin.GetString(Encoding.UTF8.GetBytes(text))));
        }
    }

    [Fact]
    public void Clean_AnyTextWithoutEntities_IsCleanAfterwards() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(Texts(), text =>
        {
            string cleaned = PromptCleaning.Clean(text);
            Assert.Equal(cleaned, PromptCleaning.Clean(cleaned));
            Assert.Equal(cleaned.Trim(), cleaned);
            Assert.DoesNotContain("  ", cleaned, StringComparison.Ordinal);
            Assert.DoesNotContain(cleaned, char.IsControl);
            Assert.All(cleaned.Where(char.IsWhiteSpace), character => Assert.Equal(' ', character));
        }));

    [Fact]
    public void Compose_ReferenceStrings_AreInFormC()
    {
        foreach (JsonElement pair in References.Read("normalisation", "cases.json").EnumerateArray())
        {
            Assert.Equal(pair[1].GetString(), CanonicalComposition.Compose(pair[0].GetString()!));
            Assert.Equal(pair[1].GetString(), CanonicalComposition.Compose(pair[1].GetString()!));
        }
    }

    private static Arbitrary<string> Texts()
    {
        string[] odd =
        [
            "Ã", "©", "â", "€", "™", "’", "”", "“", "\u0080", "\u0093", "é", "e", "\u0301", "\u0323", "ﬁ", "Ａ", "ﾞ", "ｶ", " ", "\t", "\u3000",
            "\u200B", "🦊", "\uD83E", "\u1112", "\u1161", "ŉ", "Ð", "¸", "\u007F", "\uFFFC"
        ];
        Gen<string> any = ArbMap.Default.ArbFor<string>().Generator.Select(text => (text ?? "").Replace("&", ""));
        return Gen.Elements(odd).ArrayOf().Select(string.Concat).Or(any).ToArbitrary();
    }
}
