using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace RenderFarm.Diffusion.Models.Wan.Text;

/// <summary>
/// Unicode's normalisation form C (UAX #15). <see cref="string.Normalize()"/> does nothing in a program built for invariant globalisation,
/// as this one is.
/// </summary>
internal static class CanonicalComposition
{
    // Hangul syllables are composed by arithmetic (The Unicode Standard, section 3.12).
    private const int Syllables = 0xAC00, Leads = 0x1100, Vowels = 0x1161, Trails = 0x11A7;
    private const int LeadCount = 19, VowelCount = 21, TrailCount = 28, SyllableCount = LeadCount * VowelCount * TrailCount;

    /// <summary>Below this no character is a mark or has a decomposition that composition would not restore.</summary>
    private const char FirstConcerned = '\u0300';

    private static readonly Lazy<Tables> Unicode = new(Load);

    public static string Compose(string text)
    {
        if (text.All(character => character < FirstConcerned))
        {
            return text;
        }

        List<int> points = [];
        foreach (Rune rune in text.EnumerateRunes())
        {
            Decompose(rune.Value, points);
        }

        Order(points);
        StringBuilder composed = new(text.Length);
        foreach (int point in Recompose(points))
        {
            composed.Append(new Rune(point));
        }

        return composed.ToString();
    }

    private static void Decompose(int point, List<int> points)
    {
        int syllable = point - Syllables;
        if (syllable is >= 0 and < SyllableCount)
        {
            points.Add(Leads + (syllable / (VowelCount * TrailCount)));
            points.Add(Vowels + (syllable / TrailCount % VowelCount));
            if (syllable % TrailCount > 0)
            {
                points.Add(Trails + (syllable % TrailCount));
            }
        }
        else if (Unicode.Value.Decompositions.TryGetValue(point, out int[]? parts))
        {
            foreach (int part in parts)
            {
                Decompose(part, points);
            }
        }
        else
        {
            points.Add(point);
        }
    }

    /// <summary>Sorts each run of marks by combining class; equal classes keep their order.</summary>
    private static void Order(List<int> points)
    {
        for (int start = 0; start < points.Count; start++)
        {
            int end = start;
            while (end < points.Count && Class(points[end]) > 0)
            {
                end++;
            }

            if (end - start > 1)
            {
                int[] sorted = [.. points[start..end].OrderBy(Class)];
                sorted.CopyTo(CollectionsMarshal.AsSpan(points)[start..]);
            }

            start = end;
        }
    }

    private static List<int> Recompose(List<int> points)
    {
        List<int> composed = [];
        int starter = -1, last = 0;
        foreach (int point in points)
        {
            int mark = Class(point);
            // A character is blocked from its starter by one of the same or a higher class between them.
            bool adjacent = starter == composed.Count - 1;
            if (starter >= 0 && (adjacent || last < mark) && Pair(composed[starter], point) is { } whole)
            {
                composed[starter] = whole;
                continue;
            }

            composed.Add(point);
            last = mark;
            starter = mark == 0 ? composed.Count - 1 : starter;
        }

        return composed;
    }

    private static int? Pair(int first, int second)
    {
        int lead = first - Leads, vowel = second - Vowels, syllable = first - Syllables, trail = second - Trails;
        if (lead is >= 0 and < LeadCount && vowel is >= 0 and < VowelCount)
        {
            return Syllables + (((lead * VowelCount) + vowel) * TrailCount);
        }

        if (syllable is >= 0 and < SyllableCount && syllable % TrailCount == 0 && trail is > 0 and < TrailCount)
        {
            return first + trail;
        }

        return Unicode.Value.Compositions.TryGetValue((first, second), out int whole) ? whole : null;
    }

    private static int Class(int point) => Unicode.Value.Classes.GetValueOrDefault(point);

    private static Tables Load()
    {
        Tables tables = new([], [], []);
        using Stream stream = typeof(CanonicalComposition).Assembly.GetManifestResourceStream("canonical.txt")!;
        using StreamReader reader = new(stream);
        while (reader.ReadLine() is { } line)
        {
            int[] Codes(string text) => [.. text.Split(' ').Select(code => int.Parse(code, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))];
            if (line[0] == '@')
            {
                int classStart = line.LastIndexOf(' ');
                int[] range = Codes(line[1..classStart]);
                int mark = int.Parse(line[classStart..], CultureInfo.InvariantCulture);
                for (int point = range[0]; point <= range[1]; point++)
                {
                    tables.Classes.Add(point, mark);
                }
            }
            else if (line[0] != '#')
            {
                bool apart = line[0] == '!';
                int[] codes = Codes(apart ? line[1..] : line);
                tables.Decompositions.Add(codes[0], codes[1..]);
                if (!apart && codes.Length == 3)
                {
                    tables.Compositions.Add((codes[1], codes[2]), codes[0]);
                }
            }
        }

        return tables;
    }

    private sealed record Tables(Dictionary<int, int[]> Decompositions, Dictionary<(int First, int Second), int> Compositions, Dictionary<int, int> Classes);
}
