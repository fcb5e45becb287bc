using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Storyboards;

namespace RenderFarm.Rendering.PromptExpansion.Pocket;

/// <summary>
/// Brings plain English to pocket's captions. A shot keeps what the one before said, unless it says otherwise; what pocket cannot show
/// is told in the shot's notes.
/// </summary>
internal static class PocketPromptExpander
{
    private static readonly PocketLexicon Lexicon = PocketLexicon.Default;

    /// <param name="model">The model's name, for the notes.</param>
    /// <param name="prompt">Not empty.</param>
    public static Storyboard Expand(string model, string prompt)
    {
        var shots = new List<Shot>();
        PocketCaption? caption = null;
        foreach (string words in ShotSplitter.Split(prompt))
        {
            PocketReading reading = Lexicon.Read(words);
            var notes = new List<string>();
            PocketCaption next = Follow(caption, reading, model, notes);
            if (next == caption)
            {
                // Nothing new to see: the shot before goes on, for longer where the words spoke of something.
                Shot before = shots[^1];
                shots[^1] = before with
                {
                    Source = $"{before.Source}, {words}",
                    Share = before.Share + (reading.Mentions.Count > 0 ? 1 : 0),
                    Notes = [.. before.Notes, .. notes],
                };
            }
            else
            {
                shots.Add(new Shot { Caption = next.ToString(), Source = words, Notes = notes });
            }

            caption = next;
        }

        return new Storyboard { Shots = shots };
    }

    private static PocketCaption Follow(PocketCaption? before, PocketReading reading, string model, List<string> notes)
    {
        string? unknown = reading.UnknownThing();
        string? said = Pick(PocketAttribute.Subject);
        string subject = said ?? before?.Subject ?? Lexicon.Usual(PocketAttribute.Subject, "");
        bool isNew = before is null || subject != before.Subject;
        PocketMention? colour = reading.SubjectColour();
        Tell(colour);
        var caption = new PocketCaption(
            colour?.Value ?? Inherit(isNew ? null : before?.Colour, PocketAttribute.Colour),
            subject,
            Pick(PocketAttribute.Action) ?? Inherit(isNew ? null : before?.Action, PocketAttribute.Action),
            Pick(PocketAttribute.Place) ?? Inherit(before?.Place, PocketAttribute.Place),
            Pick(PocketAttribute.Time) ?? Inherit(before?.Time, PocketAttribute.Time),
            Pick(PocketAttribute.Weather) ?? Inherit(before?.Weather, PocketAttribute.Weather));
        if (said is null && before is null)
        {
            notes.Add(unknown is null ? $"no subject was named; showing a {subject}" : $"{model} has no {unknown}; showing a {subject}");
        }

        string[] rest = [.. reading.Unknown.Select(i => reading.Words[i]).Where(word => said is not null || before is not null || word != unknown).Distinct()];
        if (rest.Length > 0)
        {
            notes.Add($"{model} does not know: {string.Join(", ", rest)}");
        }

        return caption;

        string Inherit(string? value, PocketAttribute attribute) => value ?? Lexicon.Usual(attribute, subject);

        string? Pick(PocketAttribute attribute)
        {
            PocketMention[] mentions = [.. reading.Of(attribute).DistinctBy(mention => mention.Value)];
            Tell(mentions.FirstOrDefault());
            foreach (PocketMention other in mentions.Skip(1))
            {
                notes.Add($"{model} shows one {attribute.ToString().ToLowerInvariant()} a shot; leaving out '{other.Text}'");
            }

            return mentions.FirstOrDefault()?.Value;
        }

        void Tell(PocketMention? mention)
        {
            if (mention is { IsNear: true })
            {
                notes.Add($"{model} has no {mention.Text}; showing {(mention.Attribute == PocketAttribute.Subject ? "a " : "")}{mention.Value}");
            }
        }
    }
}
