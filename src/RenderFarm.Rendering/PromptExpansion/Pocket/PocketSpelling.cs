namespace RenderFarm.Rendering.PromptExpansion.Pocket;

/// <summary>Small slips of the keyboard.</summary>
internal static class PocketSpelling
{
    /// <summary>
    /// Whether one letter added, left out, put in another's place, or swapped with its neighbour leads from one word to the other.
    /// </summary>
    public static bool IsOneSlip(string written, string meant)
    {
        (string shorter, string longer) = written.Length <= meant.Length ? (written, meant) : (meant, written);
        if (longer.Length - shorter.Length > 1 || written == meant)
        {
            return false;
        }

        int same = shorter.AsSpan().CommonPrefixLength(longer);
        if (shorter.Length < longer.Length)
        {
            return shorter.AsSpan(same).SequenceEqual(longer.AsSpan(same + 1));
        }

        bool isSwap = same + 1 < longer.Length && shorter[same] == longer[same + 1] && shorter[same + 1] == longer[same];
        return shorter.AsSpan(same + 1).SequenceEqual(longer.AsSpan(same + 1))
            || (isSwap && shorter.AsSpan(same + 2).SequenceEqual(longer.AsSpan(same + 2)));
    }
}
