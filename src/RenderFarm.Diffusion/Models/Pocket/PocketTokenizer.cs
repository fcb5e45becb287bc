namespace RenderFarm.Diffusion.Models.Pocket;

/// <summary>Turns a caption into one id for each attribute. Id 0 stands for "not said", and all zeros for no caption at all.</summary>
public static class PocketTokenizer
{
    private static readonly IReadOnlyList<string>[] Attributes =
    [
        PocketVocabulary.Colours, PocketVocabulary.Subjects, PocketVocabulary.Actions,
        PocketVocabulary.Places, PocketVocabulary.Times, PocketVocabulary.Weathers,
    ];

    private static readonly Dictionary<string, (int Slot, long Id)> Words = Attributes
        .SelectMany((words, slot) => words.Select(word => (word, slot)))
        .Select((entry, index) => (entry.word, entry.slot, id: index + 1L))
        .ToDictionary(entry => entry.word, entry => (entry.slot, entry.id));

    /// <summary>Ids in a caption: one for each attribute.</summary>
    public static int Length => Attributes.Length;

    /// <summary>Number of different ids, 0 among them.</summary>
    public static int Size => Words.Count + 1;

    /// <summary>The ids of a caption's words in the vocabulary's order of attributes; other words are passed over.</summary>
    public static long[] Encode(string caption)
    {
        long[] ids = new long[Length];
        foreach (string word in caption.ToLowerInvariant().Split([' ', ',', '.'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (Words.TryGetValue(word, out (int Slot, long Id) entry))
            {
                ids[entry.Slot] = entry.Id;
            }
        }

        return ids;
    }
}
