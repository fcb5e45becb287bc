using System.Text;

namespace RenderFarm.Diffusion.Models.Wan.Text;

/// <summary>What SentencePiece does to a text before it looks for pieces: rules, white space, the space before the first word.</summary>
/// <param name="model">Whose text it is.</param>
/// <exception cref="InvalidDataException">When the model's rules are damaged.</exception>
public sealed class SentencePieceNormaliser(SentencePieceModel model)
{
    private readonly CharsMap _rules = new(model.CharsMap.Span);

    public string Normalise(string text)
    {
        ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(text);
        byte[] space = Encoding.UTF8.GetBytes(model.EscapeWhitespaces ? "\u2581" : " ");
        List<byte> normalised = new(rest.Length + space.Length);
        bool afterSpace = model.RemoveExtraWhitespaces;
        bool begun = false;
        while (!rest.IsEmpty)
        {
            ReadOnlySpan<byte> next = _rules.Next(rest, out int consumed);
            rest = rest[consumed..];
            while (afterSpace && !next.IsEmpty && next[0] == ' ')
            {
                next = next[1..];
            }

            if (next.IsEmpty)
            {
                continue;
            }

            if (!begun && model.AddDummyPrefix)
            {
                normalised.AddRange(space);
            }

            begun = true;
            foreach (byte value in next)
            {
                if (value == ' ')
                {
                    normalised.AddRange(space);
                }
                else
                {
                    normalised.Add(value);
                }
            }

            afterSpace = model.RemoveExtraWhitespaces && next[^1] == ' ';
        }

        int end = normalised.Count;
        while (model.RemoveExtraWhitespaces && end >= space.Length && normalised[(end - space.Length)..end].SequenceEqual(space))
        {
            end -= space.Length;
        }

        return Encoding.UTF8.GetString([.. normalised[..end]]);
    }
}
