namespace RenderFarm.Rendering.PromptExpansion.Pocket;

/// <summary>One shot's words as pocket understands them.</summary>
/// <param name="Words">In lower case; a comma is a word of its own.</param>
/// <param name="Mentions">What pocket has words for, in the order said.</param>
/// <param name="Unknown">Indices of words that carry meaning and that pocket has nothing for.</param>
internal sealed record PocketReading(IReadOnlyList<string> Words, IReadOnlyList<PocketMention> Mentions, IReadOnlyList<int> Unknown)
{
    private static readonly string[] Articles = ["a", "an", "the", "one", "my", "our", "some"];

    public IEnumerable<PocketMention> Of(PocketAttribute attribute) => Mentions.Where(mention => mention.Attribute == attribute);

    /// <summary>The first thing named that pocket does not know: the last of the unknown words after an article; null where there is none.</summary>
    public string? UnknownThing()
    {
        foreach (int first in Unknown)
        {
            int before = first - 1;
            while (before >= 0 && Mentions.Any(mention => mention.Attribute == PocketAttribute.Colour && mention.End == before + 1))
            {
                before--;
            }

            if (before >= 0 && Articles.Contains(Words[before], StringComparer.Ordinal))
            {
                int last = first;
                while (Unknown.Contains(last + 1))
                {
                    last++;
                }

                return Words[last];
            }
        }

        return Unknown.Count > 0 ? Words[Unknown[0]] : null;
    }

    /// <summary>The colour said of the subject: "a red ball" before "the ball turns red" before the colour of a thing that pocket does not know.</summary>
    public PocketMention? SubjectColour() => Of(PocketAttribute.Colour)
        .Select(colour => (colour, claim: Claim(colour)))
        .Where(entry => entry.claim > 0)
        .OrderByDescending(entry => entry.claim)
        .Select(entry => entry.colour)
        .FirstOrDefault();

    /// <summary>How surely a colour is the subject's; 0 where it is something else's, as in "a white beach".</summary>
    private int Claim(PocketMention colour)
    {
        bool isOfUnknown = false;
        for (int i = colour.End; i < Words.Count; i++)
        {
            PocketMention? next = Mentions.FirstOrDefault(mention => mention.Start <= i && i < mention.End);
            if (next is { Attribute: PocketAttribute.Subject })
            {
                return 3;
            }

            if (Unknown.Contains(i))
            {
                isOfUnknown = true;
            }
            else if (next is not { Attribute: PocketAttribute.Colour })
            {
                return isOfUnknown ? OfUnknown() : next is null or { Attribute: PocketAttribute.Action } ? 2 : 0;
            }
        }

        return isOfUnknown ? OfUnknown() : 2;

        int OfUnknown() => Of(PocketAttribute.Subject).Any() ? 0 : 1;
    }
}
